#include "models/rms_norm.h"

#include <gtest/gtest.h>

#include "tests/support/finite_difference.h"

namespace ganwright {
namespace {

TEST(RmsNormalize, GivesMeanSquareOneWhateverTheScale) {
  torch::manual_seed(1);
  const auto x = torch::randn({5, 7, 24}, torch::kDouble);
  for (const double scale : {1.0, 100.0, 1e6}) {
    const auto mean_square = rms_normalize(x * scale).square().mean(-1);
    EXPECT_TRUE(torch::allclose(mean_square, torch::ones_like(mean_square), 0.0, 1e-5));
  }
}

TEST(RmsNormalize, IsTheWrittenFormula) {
  torch::manual_seed(2);
  const auto x = torch::randn({5, 24}, torch::kDouble) * 1e-3;
  EXPECT_TRUE(
      torch::allclose(rms_normalize(x), x / torch::sqrt(x.square().mean(-1, true) + 1e-6), 1e-13, 0.0));
}

TEST(RmsNormalize, LeavesZeroAtZeroWithAFiniteGradient) {
  const auto x = torch::zeros({2, 8}, torch::requires_grad());
  const auto y = rms_normalize(x);
  EXPECT_EQ(y.abs().max().item<double>(), 0.0);
  y.sum().backward();
  EXPECT_TRUE(torch::isfinite(x.grad()).all().item<bool>());
}

TEST(RmsNormalize, WidensHalfPrecisionAndKeepsDouble) {
  EXPECT_EQ(rms_normalize(torch::ones({4}, torch::kBFloat16)).scalar_type(), torch::kFloat);
  EXPECT_EQ(rms_normalize(torch::ones({4}, torch::kDouble)).scalar_type(), torch::kDouble);
}

TEST(RmsNormalize, HasBothDerivativesOfFiniteDifferences) {
  torch::manual_seed(3);
  const auto x = torch::randn({3, 8}, torch::kDouble);
  const auto direction = torch::randn_like(x);
  const auto weight = torch::randn_like(x);
  const auto value = [&](const torch::Tensor& input) { return (rms_normalize(input) * weight).sum(); };
  EXPECT_NEAR(directional_derivative(value, x, direction), directional_difference(value, x, direction), 1e-8);

  const auto gradient_square = [&](const torch::Tensor& input) {
    const auto leaf = input.requires_grad() ? input : input.detach().requires_grad_(true);
    return torch::autograd::grad({value(leaf)}, {leaf}, {}, true, true)[0].square().sum();
  };
  EXPECT_NEAR(directional_derivative(gradient_square, x, direction),
              directional_difference(gradient_square, x, direction), 1e-7);
}

}  // namespace
}  // namespace ganwright
