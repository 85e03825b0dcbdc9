#include "models/initialize.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(TruncatedNormal, HasTheDeviationAskedForAndNoTails) {
  torch::manual_seed(1);
  const auto sample = truncated_normal({1000, 1000}, 0.5);
  EXPECT_NEAR(sample.mean().item<double>(), 0.0, 2e-3);
  EXPECT_NEAR(sample.std().item<double>(), 0.5, 2e-3);
  // A normal number cut at two standard deviations has 0.8796 of the deviation.
  EXPECT_LE(sample.abs().max().item<double>(), 2 * 0.5 / 0.8796 + 1e-4);
  EXPECT_GE(sample.abs().max().item<double>(), 2 * 0.5 / 0.8796 - 1e-2);
}

TEST(MakeLinear, KeepsTheMeanSquareTimesItsGain) {
  torch::manual_seed(2);
  auto linear = make_linear(512, 256, 3.0);
  const auto output = linear->forward(torch::randn({512, 256}));
  EXPECT_NEAR(output.square().mean().item<double>(), 9.0, 0.3);
  EXPECT_EQ(linear->bias.abs().max().item<double>(), 0.0);
  EXPECT_TRUE(linear->weight.requires_grad());
}

}  // namespace
}  // namespace ganwright
