#pragma once

#include <torch/types.h>

#include <cstdint>

#include "evaluation/estimate.h"

namespace ganwright {

/// Neighbors whose distance is the radius of a picture's ball, as in the papers; at most one fewer than there
/// are pictures.
struct NeighborCounts {
  int64_t precision_recall = 3;
  int64_t density_coverage = 5;
};

struct NeighborMetrics {
  Estimate precision;  ///< share of the generated in the ball of a real one (Kynkaanniemi et al. 2019)
  Estimate recall;     ///< share of the real in the ball of a generated one
  Estimate density;    ///< balls of real ones that a generated one lies in, over k (Naeem et al. 2020)
  Estimate coverage;   ///< share of the real whose ball holds a generated one
};

/// Of features, float64 [n, d] and [m, d], n, m > 1, in blocks. What touches a ball lies in it. Resampling
/// draws pictures anew among the balls that are there.
NeighborMetrics neighbor_metrics(const torch::Tensor& real, const torch::Tensor& generated,
                                 const NeighborCounts& counts = {});

}  // namespace ganwright
