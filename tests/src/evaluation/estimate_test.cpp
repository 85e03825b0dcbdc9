#include "evaluation/estimate.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

namespace ganwright {
namespace {

torch::Tensor normal_numbers(int64_t count, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  return torch::randn({count}, random, torch::kFloat64);
}

TEST(LinearEstimate, MovesWithTheMeansOfWhatPicturesContribute) {
  const torch::Tensor real = torch::tensor({1.0, 3.0}, torch::kFloat64);
  const torch::Tensor generated = torch::tensor({2.0, 4.0, 6.0}, torch::kFloat64);
  const Estimate estimate = linear_estimate(6, real, generated);
  EXPECT_DOUBLE_EQ(estimate.resampled(torch::ones({2}, torch::kFloat64), torch::ones({3}, torch::kFloat64)),
                   6);
  // The means become 3 and 8/3.
  const double moved = estimate.resampled(torch::tensor({0.0, 2.0}, torch::kFloat64),
                                          torch::tensor({2.0, 1.0, 0.0}, torch::kFloat64));
  EXPECT_DOUBLE_EQ(moved, 6 + (3.0 - 2.0) + (8.0 / 3 - 4.0));
}

TEST(Bootstrap, OfADifferenceOfMeansHasItsNormalWidth) {
  const torch::Tensor real = normal_numbers(400, 1);
  const torch::Tensor generated = 2 * normal_numbers(900, 2);
  const double value = (real.mean() - generated.mean()).item<double>();
  const ConfidenceInterval interval =
      bootstrap_intervals({{"difference", linear_estimate(value, real, -generated)}}, 400, 900, 2000)[0];
  const double width = 2 * 1.96 * std::sqrt(1.0 / 400 + 4.0 / 900);
  EXPECT_NEAR(interval.high - interval.low, width, 0.12 * width);
  EXPECT_NEAR((interval.high + interval.low) / 2, value, 0.06 * width);
}

TEST(Bootstrap, IsCenteredOnTheEstimateWhateverDuplicatesDoToIt) {
  // The variance of a resampled set is smaller by (n - 1) / n in the mean: here by a half.
  const torch::Tensor numbers = torch::tensor({-1.0, 1.0}, torch::kFloat64);
  const Estimate variance{1, [&](const torch::Tensor& weights, const torch::Tensor&) {
                            const torch::Tensor mean = (weights * numbers).mean();
                            return ((weights * numbers.square()).mean() - mean.square()).item<double>();
                          }};
  const ConfidenceInterval interval = bootstrap_intervals({{"variance", variance}}, 2, 2, 1000)[0];
  EXPECT_NEAR(interval.low, 0.5, 0.05);
  EXPECT_NEAR(interval.high, 1.5, 0.05);
}

TEST(Bootstrap, StaysWithinWhatTheNumberCanBe) {
  const torch::Tensor share = torch::tensor({1.0, 1.0, 1.0, 0.0}, torch::kFloat64);
  Estimate estimate = linear_estimate(0.75, share, torch::zeros({4}, torch::kFloat64));
  EXPECT_GT(bootstrap_intervals({{"share", estimate}}, 4, 4, 500)[0].high, 0.8);
  estimate.lowest = 0.7;
  estimate.highest = 0.8;
  const ConfidenceInterval interval = bootstrap_intervals({{"share", estimate}}, 4, 4, 500)[0];
  EXPECT_EQ(interval.low, 0.7);
  EXPECT_EQ(interval.high, 0.8);
}

TEST(Bootstrap, StopsWhenAskedAndTellsHowFarItIs) {
  const Estimate estimate =
      linear_estimate(0, torch::ones({3}, torch::kFloat64), torch::ones({3}, torch::kFloat64));
  int64_t calls = 0;
  EXPECT_THROW(bootstrap_intervals({{"x", estimate}}, 3, 3, 100, {}, [&] { return ++calls > 5; }),
               Interrupted);
  int64_t last = -1;
  bootstrap_intervals({{"x", estimate}}, 3, 3, 100, [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 100);
    last = done;
  });
  EXPECT_EQ(last, 100);
}

}  // namespace
}  // namespace ganwright
