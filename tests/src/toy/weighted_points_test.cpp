#include "toy/weighted_points.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "losses/divergence/named_loss.h"
#include "toy/exact.h"

namespace ganwright {
namespace {

const Density kTarget = read_density("0.5,-1,0.8;0.5,1,0.8", "p");
const Density kSource = read_density("1,0.5,1.5", "q");

double expected(const torch::Tensor& weights, const torch::Tensor& values) {
  return (weights * values).sum().item<double>();
}

// A critic that knows the log ratio.
torch::Tensor true_log_ratio(const torch::Tensor& points) {
  return log_density(kTarget, points) - log_density(kSource, points);
}

TEST(WeightedSample, HasTheMomentsOfBothDensities) {
  at::Generator random = at::detail::createCPUGenerator(1);
  const WeightedPoints sample = weighted_sample(kTarget, kSource, 4096, random);
  const torch::Tensor x = sample.points.select(1, 0);
  EXPECT_NEAR(expected(sample.p_weights, torch::ones_like(x)), 1, 0.005);
  EXPECT_NEAR(expected(sample.q_weights, torch::ones_like(x)), 1, 0.005);
  EXPECT_NEAR(expected(sample.p_weights, x), 0, 0.01);
  EXPECT_NEAR(expected(sample.q_weights, x), 0.5, 0.01);
  EXPECT_NEAR(expected(sample.p_weights, x.square()), 1.64, 0.02);
}

TEST(WeightedSample, HasBoundedWeights) {
  at::Generator random = at::detail::createCPUGenerator(1);
  const Density far = normal_density(30, 0.1);
  const WeightedPoints sample = weighted_sample(kTarget, far, 1000, random);
  EXPECT_LE(sample.p_weights.max().item<double>(), 4.0 / 1000 + 1e-12);
  EXPECT_LE(sample.q_weights.max().item<double>(), 4.0 / 1000 + 1e-12);
}

TEST(PlainSample, GivesEachPointToItsOwnDensity) {
  const WeightedPoints sample =
      plain_sample(torch::full({2, 1}, 3.0, torch::kFloat64), torch::full({4, 1}, 5.0, torch::kFloat64));
  EXPECT_DOUBLE_EQ(expected(sample.p_weights, sample.points.select(1, 0)), 3);
  EXPECT_DOUBLE_EQ(expected(sample.q_weights, sample.points.select(1, 0)), 5);
}

// phi of kl is h + 1, so its standard deviation is 1 over the four real points and 0 over the others.
TEST(PlainSample, HasTheStandardErrorOfTwoMeans) {
  const WeightedPoints sample =
      plain_sample(torch::zeros({4, 1}, torch::kFloat64), torch::zeros({3, 1}, torch::kFloat64));
  const torch::Tensor outputs = torch::tensor({0.0, 2.0, 0.0, 2.0, 1.0, 1.0, 1.0}, torch::kFloat64);
  EXPECT_DOUBLE_EQ(standard_error_of_bound(make_objective("kl"), outputs, sample), 0.5);
}

TEST(GridOnLine, WithTheTrueLogRatioGivesTheExactDivergence) {
  const WeightedPoints grid = grid_on_line(kTarget, kSource).value();
  for (const char* name : {"kl", "reverse-kl", "js", "pearson-chi2", "squared-hellinger", "triangular"}) {
    const Objective objective = make_objective(name);
    const double exact =
        exact_divergence(f_of_log_ratio(divergence_by_name(name)), kTarget, kSource).value().value();
    const torch::Tensor outputs = true_log_ratio(grid.points);
    EXPECT_NEAR(divergence_bound(objective, outputs, grid).item<double>(), exact, 1e-8) << name;
    EXPECT_LT(log_ratio_error(objective, outputs, grid, kTarget, kSource), 1e-9) << name;
  }
}

TEST(GridOnLine, IsNoneWhereItWouldPassOverTheNarrowDensity) {
  EXPECT_TRUE(grid_on_line(normal_density(0, 1), normal_density(0, 100)));
  EXPECT_FALSE(grid_on_line(normal_density(0, 1), normal_density(0, 100'000)));
  EXPECT_FALSE(grid_on_line(normal_density(0, 1), normal_density(1e6, 1)));
}

TEST(LogRatioError, IsTheDistanceOfAShiftedCritic) {
  const WeightedPoints grid = grid_on_line(kTarget, kSource).value();
  const torch::Tensor outputs = true_log_ratio(grid.points) + 0.25;
  EXPECT_NEAR(log_ratio_error(make_objective("kl"), outputs, grid, kTarget, kSource), 0.25, 1e-6);
}

}  // namespace
}  // namespace ganwright
