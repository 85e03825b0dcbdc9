#pragma once

#include <string>

namespace ganwright {

/// Loads libganwright_cuda, which lies beside the program or on the path of libraries, and with it the CUDA
/// back end. Returns the reason where that fails, the same on every call, and "" otherwise.
std::string load_cuda_library();

/// The address of a function of the library that has been loaded.
void* cuda_symbol(const char* name);

/// The function of cuda/backend.h of this type and name: the program links nothing of CUDA itself.
template <class Function>
Function* cuda_function(const char* name) {
  return reinterpret_cast<Function*>(cuda_symbol(name));
}

}  // namespace ganwright
