#pragma once

#include <torch/types.h>

#include "evaluation/estimate.h"

namespace ganwright {

/// KID (Binkowski et al. 2018): the unbiased estimate of the squared maximum mean discrepancy with the kernel
/// (x.y / d + 1)^3 between features, float64 [n, d] and [m, d], n, m > 1, over all pairs instead of
/// subsets, block by block. If both come from one distribution it is near 0 and negative as often as
/// positive. Resampling is exact to first order; where the distributions agree its intervals are too wide by
/// about a half.
Estimate kernel_distance(const torch::Tensor& real, const torch::Tensor& generated);

}  // namespace ganwright
