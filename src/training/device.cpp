#include "training/device.h"

#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <spdlog/spdlog.h>

#include <array>
#include <filesystem>

#include "errors.h"
#include "losses/on_host.h"
#include "training/cuda/backend.h"
#include "training/step_graphs.h"

namespace ganwright {
namespace {

bool nvidia_device_is_visible() {
  return std::filesystem::exists("/dev/nvidiactl") || std::filesystem::exists("/dev/nvidia0") ||
         std::filesystem::exists("/dev/dxg");
}

// An empty reason means that CUDA can be used.
std::string why_no_cuda() {
  if (const std::string& reason = cuda_library().reason(); !reason.empty()) {
    return "the CUDA library does not load (" + reason + "); run `scripts/setup --cuda` and build again";
  }
  if (cuda_library().function<decltype(ganwright_cuda_device_count)>("ganwright_cuda_device_count")() == 0) {
    return "no CUDA device answers; check the driver with nvidia-smi";
  }
  return "";
}

Device cuda_device() {
  std::array<char, 256> name{};
  cuda_library().function<decltype(ganwright_cuda_device_name)>("ganwright_cuda_device_name")(0, name.data(),
                                                                                              name.size());
  return {torch::Device(torch::kCUDA, 0), name.data()};
}

Device cpu_device() {
  return {torch::kCPU, "CPU, " + std::to_string(at::get_num_threads()) + " threads"};
}

}  // namespace

const SharedLibrary& cuda_library() {
  // Global, as if the program were linked to it.
  static const SharedLibrary library("libganwright_cuda.so", Symbols::global);
  return library;
}

Device select_device(DeviceChoice choice) {
  if (choice == DeviceChoice::cpu || (choice == DeviceChoice::automatic && !nvidia_device_is_visible())) {
    return cpu_device();
  }
  const std::string reason = why_no_cuda();
  if (reason.empty()) {
    return cuda_device();
  }
  if (choice == DeviceChoice::cuda) {
    throw TrainingError("--device cuda: " + reason);
  }
  spdlog::warn("NVIDIA device found but not used: {}", reason);
  return cpu_device();
}

void call_objectives_in_streams_of(const torch::Device& device) {
  if (device.is_cuda()) {
    set_stream_caller(call_in_stream);
  }
}

at::Generator random_on(const torch::Device& device, int64_t seed) {
  if (device.is_cpu()) {
    return at::detail::createCPUGenerator(static_cast<uint64_t>(seed));
  }
  at::Generator random = at::globalContext().defaultGenerator(device);
  random.set_current_seed(static_cast<uint64_t>(seed));
  return random;
}

void make_convolutions_exact() {
  at::globalContext().setAllowTF32CuDNN(false);
  at::globalContext().setDeterministicCuDNN(true);
}

void allow_tf32() {
  at::globalContext().setFloat32MatmulPrecision("high");
}

int64_t free_memory(const torch::Device& device) {
  return cuda_library().function<decltype(ganwright_cuda_free_memory)>("ganwright_cuda_free_memory")(
      device.index());
}

torch::Tensor staged(const torch::Tensor& tensor, const torch::Device& device) {
  return tensor.is_cpu() && device.is_cuda() ? tensor.pin_memory().to(device, /*non_blocking=*/true)
                                             : tensor.to(device);
}

}  // namespace ganwright
