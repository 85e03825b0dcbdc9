#include "system/plugin.h"

#include <dlfcn.h>

namespace ganwright {

Plugin::Plugin(const char* file) : handle_(dlopen(file, RTLD_NOW | RTLD_LOCAL)) {
  if (handle_ == nullptr) {
    const char* const message = dlerror();
    reason_ = message != nullptr ? message : "unknown reason";
  }
}

void* Plugin::symbol(const char* name) const {
  return dlsym(handle_, name);
}

}  // namespace ganwright
