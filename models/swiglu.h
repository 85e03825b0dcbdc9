#pragma once

#include <torch/types.h>

namespace ganwright {

/// silu(a) * b of x = (a, b) [..., 2 * hidden] to [..., hidden] (Shazeer 2020, "GLU Variants Improve
/// Transformer"), in the dtype of x.
torch::Tensor swiglu(const torch::Tensor& x);

}  // namespace ganwright
