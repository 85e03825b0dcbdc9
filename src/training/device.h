#pragma once

#include <torch/types.h>

#include <string>
#include <vector>

namespace ganwright {

/// A device to train on and how people call it.
struct Device {
  torch::Device device = torch::kCPU;
  std::string description = "CPU";
};

/// The values of --device: "auto", "cpu", "cuda".
std::vector<std::string> device_names();

/// Chooses a device. "cuda" loads the CUDA library and throws TrainingError where that fails or no device
/// answers; "auto" takes CUDA where an NVIDIA device is visible and usable, the CPU otherwise (and logs why).
/// Once CUDA is chosen, objectives are evaluated in the order of its streams (losses/on_host.h). Throws
/// UsageError for any other name.
Device select_device(const std::string& name);

/// Lets CUDA devices compute float32 matrix products in TF32, for the whole process.
void allow_tf32();

/// Bytes that are free on a CUDA device that select_device returned.
int64_t free_memory(const torch::Device& device);

/// A tensor on a device. From the CPU to a CUDA device it goes through pinned memory, and this thread does
/// not wait for it.
torch::Tensor staged(const torch::Tensor& tensor, const torch::Device& device);

}  // namespace ganwright
