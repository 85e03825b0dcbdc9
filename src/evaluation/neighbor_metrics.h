#pragma once

#include <torch/types.h>

#include <cstdint>

#include "evaluation/estimate.h"

namespace ganwright {

/// The k of the nearest neighbor whose distance is the radius of a picture's ball, as in the papers; clamped
/// to the number of other pictures.
struct NeighborCounts {
  int64_t precision_recall = 3;  ///< of precision and recall
  int64_t density_coverage = 5;  ///< of density and coverage
};

/// How two sets of features cover each other.
struct NeighborMetrics {
  Estimate precision;  ///< share of generated ones in the ball of a real one (Kynkaanniemi et al. 2019)
  Estimate recall;     ///< share of real ones in the ball of a generated one
  Estimate density;    ///< mean number of real balls around a generated one, over k (Naeem et al. 2020)
  Estimate coverage;   ///< share of real ones whose ball contains a generated one
};

/// The metrics of features, float64 [n, d] and [m, d], n, m > 1, computed block by block. Balls are closed.
/// Resampling redraws the pictures but keeps the balls.
NeighborMetrics neighbor_metrics(const torch::Tensor& real, const torch::Tensor& generated,
                                 const NeighborCounts& counts = {});

}  // namespace ganwright
