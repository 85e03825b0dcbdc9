#pragma once

#include <torch/types.h>

#include "evaluation/estimate.h"

namespace ganwright {

/// KID (Binkowski et al. 2018): the unbiased estimate of the squared maximum mean discrepancy with the kernel
/// (x.y / d + 1)^3 between features, float64 [n, d] and [m, d], n, m > 1, of all pairs rather than of
/// subsets. It is about 0, and below 0 as often as above, where both are from one distribution. Pairs are
/// taken in blocks. Resampling moves it to first order, with twice the contributions of a mean over pairs;
/// that is too wide by about a half where the distributions agree.
Estimate kernel_distance(const torch::Tensor& real, const torch::Tensor& generated);

}  // namespace ganwright
