#pragma once

#include <string>

namespace ganwright {

/// The visibility of a loaded library's symbols.
enum class Symbols {
  local,  ///< only those who look them up
  global  ///< every library that is loaded later
};

/// A shared library, found beside the program or on the path of libraries, and loaded while the program runs:
/// what it links (a window system, video codecs, CUDA) would slow down every start, and may not be installed.
class SharedLibrary {
 public:
  /// Loads it; it stays loaded until the program ends.
  explicit SharedLibrary(const char* file, Symbols symbols = Symbols::local);

  /// Why it could not be loaded; "" where it was.
  [[nodiscard]] const std::string& reason() const { return reason_; }

  /// One of its functions, by name. Only where it was loaded. Throws std::runtime_error if it has none of
  /// that name, as a library of another version.
  template <class Function>
  [[nodiscard]] Function* function(const char* name) const {
    return reinterpret_cast<Function*>(symbol(name));
  }

 private:
  [[nodiscard]] void* symbol(const char* name) const;

  std::string file_;
  void* handle_;
  std::string reason_;
};

}  // namespace ganwright
