#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <limits>
#include <string>
#include <vector>

#include "data/parallel.h"

namespace ganwright {

/// A number that compares real with generated pictures, and what it would be for other draws of them.
struct Estimate {
  double value = 0;
  /// The number where each picture counts so many times: float64 [reals] and [generated] on the CPU, which
  /// sum to the counts.
  std::function<double(const torch::Tensor& real_weights, const torch::Tensor& generated_weights)> resampled;
  double lowest = -std::numeric_limits<double>::infinity();  ///< what the number cannot be below
  double highest = std::numeric_limits<double>::infinity();
};

struct NamedEstimate {
  std::string name;
  Estimate estimate;
};

/// An estimate that moves, exactly or to first order, with the mean over each set of what each of its
/// pictures contributes: float64 [reals] and [generated], each up to a constant.
Estimate linear_estimate(double value, const torch::Tensor& real_contributions,
                         const torch::Tensor& generated_contributions);

struct ConfidenceInterval {
  double low = 0;
  double high = 0;
};

/// 95 % bootstrap intervals, one an estimate, of `resamples` draws with replacement from both sets, the same
/// for all estimates. Percentiles are taken about the mean of the draws, since a set with duplicates is
/// farther off than one without, and cut to what the number can be. Throws Interrupted.
std::vector<ConfidenceInterval> bootstrap_intervals(const std::vector<NamedEstimate>& estimates,
                                                    int64_t reals, int64_t generated, int64_t resamples,
                                                    const ProgressCallback& progress = {},
                                                    const InterruptCheck& interrupted = {});

}  // namespace ganwright
