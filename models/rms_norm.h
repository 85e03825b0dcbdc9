#pragma once

#include <torch/types.h>

namespace ganwright {

/// x / sqrt(mean(x^2) + 1e-6) over the last dimension, without learned weights. Half precision is widened to
/// float32 and stays so. Differentiable any number of times where it does not run fused (models/fused.h).
/// (Zhang and Sennrich 2019, "Root Mean Square Layer Normalization".)
torch::Tensor rms_normalize(const torch::Tensor& x);

/// x, widened to float32 where its dtype is narrower.
torch::Tensor at_least_float(const torch::Tensor& x);

}  // namespace ganwright
