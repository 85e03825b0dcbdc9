#pragma once

#include <torch/types.h>

#include <utility>

namespace ganwright {

/// x and scale * rms_normalize(x), for a branch that leaves the residual stream x [B, tokens, width] and
/// returns to it: what follows uses the x that is returned, so that the gradients of both are added in the
/// same pass. `scale`: [width] or [B, 1, width]. The second is float32 or wider, but under autocast of the
/// CPU what that asks for, since a linear layer follows.
std::pair<torch::Tensor, torch::Tensor> modulated_norm(const torch::Tensor& x, const torch::Tensor& scale);

/// rms_normalize(x) in one pass, once differentiable: where runs_fused(x).
torch::Tensor fused_rms_normalize(const torch::Tensor& x);

}  // namespace ganwright
