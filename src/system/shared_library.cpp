#include "system/shared_library.h"

#include <dlfcn.h>

#include <stdexcept>

namespace ganwright {

SharedLibrary::SharedLibrary(const char* file, Symbols symbols)
    : file_(file), handle_(dlopen(file, RTLD_NOW | (symbols == Symbols::global ? RTLD_GLOBAL : RTLD_LOCAL))) {
  if (handle_ == nullptr) {
    const char* const message = dlerror();
    reason_ = message != nullptr ? message : "unknown reason";
  }
}

void* SharedLibrary::symbol(const char* name) const {
  void* const found = dlsym(handle_, name);
  if (found == nullptr) {
    throw std::runtime_error(file_ + " has no function " + name +
                             ": it is of another version than the program; build or install both anew");
  }
  return found;
}

}  // namespace ganwright
