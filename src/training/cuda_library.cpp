#include "training/cuda_library.h"

#include <dlfcn.h>

namespace ganwright {
namespace {

struct Library {
  void* handle;
  std::string reason;
};

const Library& library() {
  // Never closed: the back end that it registers stays in use until the program ends.
  static const Library loaded = [] {
    void* const handle = dlopen("libganwright_cuda.so", RTLD_NOW | RTLD_GLOBAL);
    const char* const message = handle == nullptr ? dlerror() : "";
    return Library{handle, message != nullptr ? message : "unknown reason"};
  }();
  return loaded;
}

}  // namespace

std::string load_cuda_library() {
  return library().reason;
}

void* cuda_symbol(const char* name) {
  return dlsym(library().handle, name);
}

}  // namespace ganwright
