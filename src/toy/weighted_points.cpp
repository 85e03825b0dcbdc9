#include "toy/weighted_points.h"

#include <algorithm>
#include <limits>

#include "losses/logits.h"

namespace ganwright {

WeightedPoints weighted_sample(const Density& p, const Density& q, int64_t count, at::Generator& random) {
  constexpr double kWidening = 1.5;
  const Density middle = blend(p, q, 0.5);
  const Density proposal = blend(middle, widened(middle, kWidening), 0.5);
  const torch::Tensor points = points_at(proposal, stratified_uniform(count, p.dimension, random));
  const torch::Tensor log_proposal = log_density(proposal, points);
  const auto weights = [&](const Density& density) {
    return (log_density(density, points) - log_proposal).exp() / static_cast<double>(count);
  };
  return {points, weights(p), weights(q)};
}

WeightedPoints plain_sample(const torch::Tensor& real, const torch::Tensor& fake) {
  const auto weights = [](const torch::Tensor& own, const torch::Tensor& other, bool own_first) {
    const torch::Tensor some =
        torch::full({own.size(0)}, 1.0 / static_cast<double>(own.size(0)), torch::kFloat64);
    const torch::Tensor none = torch::zeros({other.size(0)}, torch::kFloat64);
    return own_first ? torch::cat({some, none}) : torch::cat({none, some});
  };
  return {torch::cat({real, fake}), weights(real, fake, true), weights(fake, real, false)};
}

std::optional<WeightedPoints> grid_on_line(const Density& p, const Density& q) {
  constexpr double kReach = 12;
  constexpr double kPointsPerDeviation = 40;
  constexpr double kMostPoints = 200'000;
  double low = std::numeric_limits<double>::infinity();
  double high = -low;
  double narrowest = low;
  for (const Density::Component& component : blend(p, q, 0.5).components) {
    low = std::min(low, component.mean[0] - kReach * component.standard_deviation);
    high = std::max(high, component.mean[0] + kReach * component.standard_deviation);
    narrowest = std::min(narrowest, component.standard_deviation);
  }
  const double count = (high - low) / narrowest * kPointsPerDeviation;
  if (count > kMostPoints) {
    return std::nullopt;
  }
  const torch::Tensor points = torch::linspace(low, high, static_cast<int64_t>(count), torch::kFloat64);
  const double spacing = (high - low) / (static_cast<double>(points.size(0)) - 1);
  const torch::Tensor rows = points.unsqueeze(1);
  return WeightedPoints{rows, log_density(p, rows).exp() * spacing, log_density(q, rows).exp() * spacing};
}

torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& outputs,
                               const WeightedPoints& points) {
  return (points.p_weights * evaluate(objective, objective.phi, outputs) +
          points.q_weights * evaluate(objective, objective.psi, outputs))
      .sum();
}

double standard_error_of_bound(const Objective& objective, const torch::Tensor& outputs,
                               const WeightedPoints& points) {
  const auto square = [](const torch::Tensor& weights, const torch::Tensor& values) {
    return (weights * (values - (weights * values).sum())).square().sum();
  };
  return (square(points.p_weights, evaluate(objective, objective.phi, outputs)) +
          square(points.q_weights, evaluate(objective, objective.psi, outputs)))
      .sqrt()
      .item<double>();
}

double log_ratio_error(const Objective& objective, const torch::Tensor& outputs, const WeightedPoints& points,
                       const Density& p, const Density& q) {
  const torch::Tensor truth = log_density(p, points.points) - log_density(q, points.points);
  const torch::Tensor squares = (log_ratio_of(objective, outputs) - truth).square();
  return ((points.p_weights + points.q_weights) / 2 * squares).sum().sqrt().item<double>();
}

}  // namespace ganwright
