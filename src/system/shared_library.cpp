#include "system/shared_library.h"

#include <dlfcn.h>

namespace ganwright {

SharedLibrary::SharedLibrary(const char* file, Symbols symbols)
    : handle_(dlopen(file, RTLD_NOW | (symbols == Symbols::global ? RTLD_GLOBAL : RTLD_LOCAL))) {
  if (handle_ == nullptr) {
    const char* const message = dlerror();
    reason_ = message != nullptr ? message : "unknown reason";
  }
}

void* SharedLibrary::symbol(const char* name) const {
  return dlsym(handle_, name);
}

}  // namespace ganwright
