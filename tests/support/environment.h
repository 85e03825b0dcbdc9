#pragma once

#include <cstdlib>
#include <optional>
#include <string>

namespace ganwright::test_support {

/// Sets or (nullptr) removes a variable of the environment until the end of the scope.
class Environment {
 public:
  /// `name` has to live as long.
  Environment(const char* name, const char* value) : name_(name) {
    if (const char* previous = std::getenv(name)) previous_ = previous;
    set(value);
  }
  Environment(const Environment&) = delete;
  Environment& operator=(const Environment&) = delete;
  ~Environment() { set(previous_ ? previous_->c_str() : nullptr); }

 private:
  void set(const char* value) {
    if (value == nullptr) {
      unsetenv(name_);
    } else {
      setenv(name_, value, 1);
    }
  }

  const char* name_;
  std::optional<std::string> previous_;
};

}  // namespace ganwright::test_support
