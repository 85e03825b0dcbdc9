#include "evaluation/frechet_distance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/gaussian_samples.h"

namespace ganwright {
namespace {

using test_support::gaussian_samples;
using test_support::shuffled;

torch::Tensor numbers(const std::vector<double>& values) {
  return torch::tensor(values, torch::kFloat64);
}

// Orthogonal [n, n].
torch::Tensor rotation(int64_t n) {
  return std::get<0>(at::linalg_qr(gaussian_samples(n, n, 11)));
}

TEST(FrechetDistance, OfAxisParallelGaussiansIsTheSumOverAxes) {
  const Gaussian a{numbers({1, 2, 3}), torch::diag(numbers({4, 9, 0}))};
  const Gaussian b{numbers({0, 2, 5}), torch::diag(numbers({1, 25, 16}))};
  EXPECT_NEAR(frechet_distance(a, b), 1 + 4 + (1 + 4 + 16), 1e-12);
}

TEST(FrechetDistance, DoesNotChangeUnderRotation) {
  const torch::Tensor turn = rotation(40);
  const torch::Tensor a = torch::diag(torch::linspace(0, 3, 40, torch::kFloat64));
  const torch::Tensor b = torch::diag(torch::linspace(5, 1, 40, torch::kFloat64));
  const torch::Tensor zero = torch::zeros({40}, torch::kFloat64);
  const double expected = (a.diag().sqrt() - b.diag().sqrt()).square().sum().item<double>();
  EXPECT_NEAR(frechet_distance({zero, turn.mm(a).mm(turn.t())}, {zero, turn.mm(b).mm(turn.t())}), expected,
              1e-9);
}

TEST(FrechetDistance, OfGaussiansOnLinesUsesTheAngleBetweenThem) {
  // tr (a a^T b b^T)^(1/2) = |a.b|, where a root of the product by iteration loses half of the digits.
  const torch::Tensor a = gaussian_samples(100, 1, 1);
  const torch::Tensor b = gaussian_samples(100, 1, 2);
  const torch::Tensor zero = torch::zeros({100}, torch::kFloat64);
  const double expected = (a.square().sum() + b.square().sum() - 2 * (a * b).sum().abs()).item<double>();
  EXPECT_NEAR(frechet_distance({zero, a.mm(a.t())}, {zero, b.mm(b.t())}), expected, 1e-9);
}

TEST(FrechetDistance, OfFewSamplesInManyDimensionsIsThatOfTheirGramMatrix) {
  // The trace of the root is the nuclear norm of X Y^T for centered samples: no covariance is formed.
  const torch::Tensor x = gaussian_samples(12, 300, 3);
  const torch::Tensor y = 0.5 * gaussian_samples(20, 300, 4) + 0.1;
  const torch::Tensor cx = (x - x.mean(0)) / std::sqrt(11.0);
  const torch::Tensor cy = (y - y.mean(0)) / std::sqrt(19.0);
  const double expected = ((x.mean(0) - y.mean(0)).square().sum() + cx.square().sum() + cy.square().sum() -
                           2 * at::linalg_svdvals(cx.mm(cy.t())).sum())
                              .item<double>();
  const Gaussian a = fit_gaussian(x);
  const Gaussian b = fit_gaussian(y);
  EXPECT_NEAR(frechet_distance(a, b), expected, 1e-8 * expected);
  EXPECT_NEAR(frechet_distance(b, a), expected, 1e-8 * expected);
}

TEST(FrechetDistance, OfEqualSetsIsZeroAlsoOfConstantOnes) {
  const torch::Tensor x = gaussian_samples(50, 20, 5);
  EXPECT_NEAR(frechet_estimate(x, x).value, 0, 1e-11);
  EXPECT_NEAR(frechet_estimate(x.narrow(0, 0, 5), x.narrow(0, 0, 5)).value, 0, 1e-11);
  const torch::Tensor constant = torch::ones({6, 4}, torch::kFloat64);
  EXPECT_EQ(frechet_estimate(constant, constant).value, 0);
  EXPECT_NEAR(frechet_estimate(constant, constant + 2).value, 4 * 4, 1e-12);
}

TEST(FrechetDistance, DoesNotDependOnTheOrder) {
  const torch::Tensor x = gaussian_samples(60, 8, 6);
  const torch::Tensor y = 2 * gaussian_samples(40, 8, 7);
  EXPECT_NEAR(frechet_estimate(x, y).value, frechet_estimate(shuffled(x, 1), shuffled(y, 2)).value, 1e-10);
}

TEST(FrechetDistance, OfSamplesTendsToThatOfTheirGaussians) {
  const torch::Tensor x = gaussian_samples(20000, 3, 8);
  const torch::Tensor y = gaussian_samples(20000, 3, 9) * numbers({1, 2, 3}) + numbers({0, 0, 1});
  EXPECT_NEAR(frechet_estimate(x, y).value, 0 + 1 + 4 + 1, 0.2);
}

TEST(GaussianFit, WithWeightsIsThatOfRepeatedSamples) {
  const torch::Tensor x = gaussian_samples(4, 3, 10);
  const Gaussian weighted = fit_gaussian(x, numbers({2, 0, 1, 1}));
  const Gaussian repeated = fit_gaussian(x.index_select(0, torch::tensor({0, 0, 2, 3}, torch::kInt64)));
  EXPECT_TRUE(torch::allclose(weighted.mean, repeated.mean, 0, 1e-12));
  EXPECT_TRUE(torch::allclose(weighted.covariance, repeated.covariance, 0, 1e-12));
  const Gaussian equal = fit_gaussian(x, torch::ones({4}, torch::kFloat64));
  EXPECT_TRUE(torch::allclose(equal.covariance, at::cov(x.t()), 0, 1e-12));
  const Estimate estimate = frechet_estimate(x, x + 1);
  EXPECT_NEAR(estimate.resampled(torch::ones({4}, torch::kFloat64), torch::ones({4}, torch::kFloat64)),
              estimate.value, 1e-12);
}

}  // namespace
}  // namespace ganwright
