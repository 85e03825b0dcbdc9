#pragma once

#include <optional>
#include <string>

#include "errors.h"
#include "training/device.h"

namespace ganwright::test_support {

/// A CUDA device, or none and the reason.
struct CudaDevice {
  std::optional<torch::Device> device;
  std::string reason;
};

inline CudaDevice cuda_device() {
  try {
    return {select_device(DeviceChoice::cuda).device, ""};
  } catch (const TrainingError& error) {
    return {std::nullopt, error.what()};
  }
}

}  // namespace ganwright::test_support
