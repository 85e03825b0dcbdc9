#pragma once

#include <string>

namespace ganwright {

/// A shared library beside the program that few commands need, loaded when one does: what it links (a window
/// system, video codecs) would make every start slower, and may not be there.
class Plugin {
 public:
  /// Loads it; it stays until the program ends.
  explicit Plugin(const char* file);

  /// Why it could not be loaded; "" where it was.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// One of its functions, by name. Only where it was loaded.
  template <class Function>
  [[nodiscard]] Function* function(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  [[nodiscard]] void* symbol(const char* name) const;

  void* handle_;
  std::string reason_;
};

}  // namespace ganwright
