#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "data/parallel.h"

namespace ganwright {

/// A metric of real and generated pictures that can be resampled.
struct Estimate {
  double value = 0;  ///< of the pictures as they are
  /// Its value if each picture counts as often as its weight says: float64 [reals] and [generated] on the
  /// CPU, which sum to the numbers of pictures.
  std::function<double(const torch::Tensor& real_weights, const torch::Tensor& generated_weights)> resampled;
  double lowest = -std::numeric_limits<double>::infinity();  ///< its smallest possible value
  double highest = std::numeric_limits<double>::infinity();  ///< its largest possible value
};

/// An estimate with the name that tables and files give it.
struct NamedEstimate {
  std::string name;   ///< such as "frechet_distance"
  Estimate estimate;  ///< its value, and how to resample it
};

/// An estimate that depends on each set, exactly or to first order, through the mean of a contribution of
/// each picture: float64 [reals] and [generated], each up to a constant.
Estimate linear_estimate(double value, const torch::Tensor& real_contributions,
                         const torch::Tensor& generated_contributions);

/// An interval of values.
struct ConfidenceInterval {
  double low = 0;   ///< its lower end
  double high = 0;  ///< its upper end
};

/// Which pictures of either set are copies of one another: int64 [reals] and [generated]; undefined tensors
/// where none are.
struct ResampledGroups {
  torch::Tensor real;       ///< equal for copies
  torch::Tensor generated;  ///< likewise
};

/// A 95 % bootstrap interval for each estimate, from `resamples` draws with replacement from both sets, the
/// same draws for all estimates. The percentiles are shifted from the mean of the draws to the value, since
/// duplicates in a draw bias the metrics, and clipped to the possible values. Copies of one picture are drawn
/// together, for they tell no more than one of them. Throws Interrupted.
std::vector<ConfidenceInterval> bootstrap_intervals(const std::vector<NamedEstimate>& estimates,
                                                    int64_t reals, int64_t generated, int64_t resamples,
                                                    const ProgressCallback& progress = {},
                                                    const InterruptCheck& interrupted = {},
                                                    const ResampledGroups& groups = {});

}  // namespace ganwright
