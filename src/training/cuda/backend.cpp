#include "training/cuda/backend.h"

#include <ATen/core/CachingHostAllocator.h>
#include <ATen/cuda/CUDAContext.h>
#include <ATen/cuda/CUDAGeneratorImpl.h>
#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDACachingAllocator.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include <cstring>
#include <exception>
#include <memory>

namespace {

template <class Step>
void try_to(const Step& step) {
  try {
    step();
  } catch (const std::exception&) {  // NOLINT(bugprone-empty-catch)
  }
}

class Graph : public at::cuda::CUDAGraph {
 public:
  // What the library does not undo itself where a capture fails: without this the stream would go on
  // capturing, the allocators would set memory aside for the graph, and the generators of random numbers
  // would refuse to draw outside of it.
  void abandon() {
    cudaGraph_t incomplete = nullptr;
    if (cudaStreamEndCapture(capture_stream_, &incomplete) == cudaSuccess) {
      static_cast<void>(cudaGraphDestroy(incomplete));
    }
    static_cast<void>(cudaGetLastError());
    if (!capture_ended_) {
      // Each throws where the capture failed before or after its counterpart.
      at::HostAllocator* const host_allocator = at::getHostAllocator(at::kCUDA);
      try_to([&] { c10::cuda::CUDACachingAllocator::endAllocateToPool(capture_dev_, mempool_id_); });
      try_to([&] { host_allocator->end_allocate_to_pool(mempool_id_); });
      try_to([&] { c10::cuda::CUDACachingAllocator::releasePool(capture_dev_, mempool_id_); });
      try_to([&] { host_allocator->release_pool(mempool_id_); });
    }
    for (const auto& [state, increment] : captured_generator_states_) {
      state->capturing_ = false;
    }
  }
};

}  // namespace

int ganwright_cuda_device_count() {
  return c10::cuda::device_count();
}

int ganwright_cuda_driver_version() {
  int version = 0;
  return cudaDriverGetVersion(&version) == cudaSuccess ? version : 0;
}

int ganwright_cuda_runtime_version() {
  return CUDART_VERSION;
}

int ganwright_cuda_capability(int device) {
  const cudaDeviceProp* const properties =
      at::cuda::getDeviceProperties(static_cast<c10::DeviceIndex>(device));
  return 10 * properties->major + properties->minor;
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

void ganwright_cuda_call_host(void (*function)(void*), void* argument) {
  C10_CUDA_CHECK(cudaLaunchHostFunc(c10::cuda::getCurrentCUDAStream(), function, argument));
}

void* ganwright_cuda_capture(void (*body)(void*), void* context, void* sharing) {
  c10::cuda::device_synchronize();
  // What ran before left memory that only its own stream can use again, and the graph has a pool of its own.
  c10::cuda::CUDACachingAllocator::emptyCache();
  auto graph = std::make_unique<Graph>();
  const at::MempoolId_t pool = sharing != nullptr ? static_cast<Graph*>(sharing)->pool() : at::MempoolId_t{};
  try {
    graph->capture_begin(pool, cudaStreamCaptureModeThreadLocal);
    body(context);
    graph->capture_end();
  } catch (...) {
    graph->abandon();
    throw;
  }
  return graph.release();
}

void ganwright_cuda_replay(void* graph) {
  static_cast<Graph*>(graph)->replay();
}

void ganwright_cuda_release(void* graph) {
  static_cast<void>(cudaDeviceSynchronize());
  delete static_cast<Graph*>(graph);
}
