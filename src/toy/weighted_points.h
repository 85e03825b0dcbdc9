#pragma once

#include <torch/types.h>

#include <optional>

#include "losses/objective/objective.h"
#include "toy/density.h"

namespace ganwright {

/// Points with weights for two densities: E_p[g] is about sum_i p_weights_i g(points_i), and the same for q.
struct WeightedPoints {
  torch::Tensor points;     ///< [count, dimension], float64
  torch::Tensor p_weights;  ///< [count], float64
  torch::Tensor q_weights;  ///< [count], float64
};

/// Points of ½(p+q), half of them with the deviations 1.5 times as wide, so that tails are seen too; the
/// weights are p/m and q/m over the count for that proposal m, which are at most 4 over the count.
/// Stratified.
WeightedPoints weighted_sample(const Density& p, const Density& q, int64_t count, at::Generator& random);

/// What a GAN sees: `real` of p and `fake` of q, [count, dimension], each with weight for its own density
/// only.
WeightedPoints plain_sample(const torch::Tensor& real, const torch::Tensor& fake);

/// Equidistant points on the line with the densities as weights: the trapezoidal rule, which converges faster
/// than any power of the spacing. Nothing where the whole is more than some 5,000 times as wide as its
/// narrowest component, which the grid would pass over.
std::optional<WeightedPoints> grid_on_line(const Density& p, const Density& q);

/// E_p[phi(h)] + E_q[psi(h)] for the outputs h [count] at the points: a float64 scalar.
torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& outputs,
                               const WeightedPoints& points);

/// The standard error of divergence_bound for points of plain_sample.
double standard_error_of_bound(const Objective& objective, const torch::Tensor& outputs,
                               const WeightedPoints& points);

/// The root of the mean square of learned minus true log p/q under ½(p+q).
double log_ratio_error(const Objective& objective, const torch::Tensor& outputs, const WeightedPoints& points,
                       const Density& p, const Density& q);

}  // namespace ganwright
