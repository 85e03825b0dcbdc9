#include "training/device.h"

#include <dlfcn.h>
#include <spdlog/spdlog.h>

#include <array>
#include <filesystem>

#include "errors.h"
#include "losses/nearest_name.h"

namespace ganwright {
namespace {

void* cuda_library() {
  // Never closed: the back end that it registers stays in use until the program ends.
  static void* const library = dlopen("libganwright_cuda.so", RTLD_NOW | RTLD_GLOBAL);
  return library;
}

template <class Function>
Function cuda_function(const char* name) {
  return reinterpret_cast<Function>(dlsym(cuda_library(), name));
}

bool nvidia_device_is_visible() {
  return std::filesystem::exists("/dev/nvidiactl") || std::filesystem::exists("/dev/nvidia0") ||
         std::filesystem::exists("/dev/dxg");
}

// An empty reason means that CUDA can be used.
std::string why_no_cuda() {
  if (cuda_library() == nullptr) {
    const char* message = dlerror();
    return std::string("the CUDA library does not load (") +
           (message != nullptr ? message : "unknown reason") +
           "); run `scripts/setup --cuda` and build again";
  }
  if (cuda_function<int (*)()>("ganwright_cuda_device_count")() == 0) {
    return "no CUDA device answers; check the driver with nvidia-smi";
  }
  return "";
}

Device cuda_device() {
  std::array<char, 256> name{};
  cuda_function<void (*)(int, char*, int)>("ganwright_cuda_device_name")(0, name.data(), name.size());
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
  return cuda_function<int64_t (*)(int)>("ganwright_cuda_free_memory")(device.index());
}

}  // namespace ganwright
