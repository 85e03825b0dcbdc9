#pragma once

#include <ATen/CPUGeneratorImpl.h>
#include <torch/types.h>

namespace ganwright::test_support {

/// Normal numbers, float64 [count, dimension], the same for the same seed.
inline torch::Tensor gaussian_samples(int64_t count, int64_t dimension, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  return torch::randn({count, dimension}, random, torch::kFloat64);
}

/// The same rows in another order.
inline torch::Tensor shuffled(const torch::Tensor& rows, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  return rows.index_select(0, torch::randperm(rows.size(0), random, torch::kInt64));
}

}  // namespace ganwright::test_support
