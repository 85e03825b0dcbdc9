#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <cstdint>
#include <string>

#include "losses/text/choice.h"
#include "system/shared_library.h"

namespace ganwright {

/// A training device and its display name.
struct Device {
  torch::Device device = torch::kCPU;
  std::string description = "CPU";
};

/// What --device asks for: `automatic` is CUDA where an NVIDIA device is visible and usable, the CPU
/// elsewhere.
enum class DeviceChoice { automatic, cpu, cuda };

/// The choices by the names that --device takes.
constexpr Choices<DeviceChoice, 3> device_names{
    {{"auto", DeviceChoice::automatic}, {"cpu", DeviceChoice::cpu}, {"cuda", DeviceChoice::cuda}}};

/// Chooses a device; for CUDA it loads the CUDA library. `automatic` logs why a visible device is not used.
/// Throws TrainingError for `cuda` where the library does not load or no device answers.
Device select_device(DeviceChoice choice);

/// Has objectives of logits on a CUDA device called in the order of its streams (losses/on_host.h) from now
/// on, for the whole process, so that training neither waits for the device nor fails to be captured. Does
/// nothing for the CPU.
void call_objectives_in_streams_of(const torch::Device& device);

/// Random numbers on a device from a seed: a generator of its own on the CPU, that of all draws on a CUDA
/// device.
at::Generator random_on(const torch::Device& device, int64_t seed);

/// Convolutions on CUDA devices compute in float32, which is not LibTorch's default, and repeat bit for bit.
/// Holds for the process.
void make_convolutions_exact();

/// Lets CUDA devices compute float32 matrix products in TF32, for the whole process.
void allow_tf32();

/// The CUDA back end and what cuda/backend.h declares, loaded at the first call: the program itself links
/// nothing of CUDA.
const SharedLibrary& cuda_library();

/// Bytes that are free on a CUDA device that select_device returned.
int64_t free_memory(const torch::Device& device);

/// A tensor on a device. From the CPU to a CUDA device it goes through pinned memory, and this thread does
/// not wait for it.
torch::Tensor staged(const torch::Tensor& tensor, const torch::Device& device);

}  // namespace ganwright
