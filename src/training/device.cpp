#include "training/device.h"

#include <spdlog/spdlog.h>

#include <array>
#include <filesystem>

#include "errors.h"
#include "losses/on_host.h"
#include "losses/text/nearest_name.h"
#include "training/cuda/backend.h"
#include "training/cuda_library.h"
#include "training/step_graphs.h"

namespace ganwright {
namespace {

bool nvidia_device_is_visible() {
  return std::filesystem::exists("/dev/nvidiactl") || std::filesystem::exists("/dev/nvidia0") ||
         std::filesystem::exists("/dev/dxg");
}

// An empty reason means that CUDA can be used.
std::string why_no_cuda() {
  if (const std::string reason = load_cuda_library(); !reason.empty()) {
    return "the CUDA library does not load (" + reason + "); run `scripts/setup --cuda` and build again";
  }
  if (cuda_function<decltype(ganwright_cuda_device_count)>("ganwright_cuda_device_count")() == 0) {
    return "no CUDA device answers; check the driver with nvidia-smi";
  }
  return "";
}

Device cuda_device() {
  std::array<char, 256> name{};
  cuda_function<decltype(ganwright_cuda_device_name)>("ganwright_cuda_device_name")(0, name.data(),
                                                                                    name.size());
  set_stream_caller(call_in_stream);
  return {torch::Device(torch::kCUDA, 0), name.data()};
}

Device cpu_device() {
  return {torch::kCPU, "CPU, " + std::to_string(at::get_num_threads()) + " threads"};
}

}  // namespace

std::vector<std::string> device_names() {
  return {"auto", "cpu", "cuda"};
}

Device select_device(const std::string& name) {
  if (name == "cpu") {
    return cpu_device();
  }
  if (name == "cuda") {
    const std::string reason = why_no_cuda();
    if (!reason.empty()) {
      throw TrainingError("--device cuda: " + reason);
    }
    return cuda_device();
  }
  if (name == "auto") {
    if (!nvidia_device_is_visible()) {
      return cpu_device();
    }
    const std::string reason = why_no_cuda();
    if (!reason.empty()) {
      spdlog::warn("an NVIDIA device is there but not used: {}", reason);
      return cpu_device();
    }
    return cuda_device();
  }
  throw UsageError("--device: unknown device '" + name + "'" + did_you_mean(name, device_names()) +
                   "; choose auto, cpu or cuda");
}

void allow_tf32() {
  at::globalContext().setFloat32MatmulPrecision("high");
}

int64_t free_memory(const torch::Device& device) {
  return cuda_function<decltype(ganwright_cuda_free_memory)>("ganwright_cuda_free_memory")(device.index());
}

torch::Tensor staged(const torch::Tensor& tensor, const torch::Device& device) {
  return tensor.is_cpu() && device.is_cuda() ? tensor.pin_memory().to(device, /*non_blocking=*/true)
                                             : tensor.to(device);
}

}  // namespace ganwright
