#pragma once

#include <torch/types.h>

namespace ganwright {

/// x + gate * y for x and y [B, tokens, width] and a gate [width] or [B, 1, width], float32 or wider.
torch::Tensor gated_residual(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& gate);

}  // namespace ganwright
