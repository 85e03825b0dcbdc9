#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

#include <cstdint>

namespace ganwright::test_support {

/// Pictures of noise: uint8 [count, channels, side, side].
inline torch::Tensor random_pixels(int64_t count, int64_t channels, int64_t side, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  return torch::randint(256, {count, channels, side, side}, random, torch::kUInt8);
}

}  // namespace ganwright::test_support
