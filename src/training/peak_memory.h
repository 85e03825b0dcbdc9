#pragma once

#include <torch/types.h>

#include <cstdint>

namespace ganwright {

/// Bytes that training has needed at most so far: what the process has held in memory where `device` is the
/// CPU (files that it maps and shared libraries included), what the allocator of tensors has taken from the
/// device elsewhere. 0 where the system does not tell.
int64_t peak_memory(const torch::Device& device);

}  // namespace ganwright
