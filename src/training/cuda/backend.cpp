#include "training/cuda/backend.h"

#include <ATen/cuda/CUDAContext.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include <cstring>

int ganwright_cuda_device_count() {
  return c10::cuda::device_count();
}

void ganwright_cuda_device_name(int device, char* name, int size) {
  std::strncpy(name, at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device))->name, size - 1);
  name[size - 1] = '\0';
}

int64_t ganwright_cuda_free_memory(int device) {
  const c10::cuda::CUDAGuard guard(static_cast<c10::DeviceIndex>(device));
  size_t free = 0;
  size_t total = 0;
  return cudaMemGetInfo(&free, &total) == cudaSuccess ? static_cast<int64_t>(free) : 0;
}
