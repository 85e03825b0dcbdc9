#include "training/adaptive_probability.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace ganwright {
namespace {

constexpr double kImages = 10'000;
constexpr int64_t kBatch = 50;
constexpr double kStep = kBatch / kImages;

AdaptiveProbability make() {
  return {0.6, kImages, torch::kCPU};
}

// log r of a batch of which a share is known as real.
torch::Tensor log_ratios(double known) {
  torch::Tensor values = torch::full({kBatch}, -0.3, torch::kFloat64);
  values.narrow(0, 0, std::lround(known * kBatch)).fill_(2.5);
  return values;
}

double value_of(const AdaptiveProbability& probability) {
  return probability.value().item<double>();
}

TEST(AdaptiveProbability, StartsAt0) {
  EXPECT_EQ(value_of(make()), 0);
}

TEST(AdaptiveProbability, RisesByBatchOverImagesWhileEveryRealImageIsKnownUpToItsCap) {
  AdaptiveProbability probability = make();
  for (int i = 1; i <= 160; ++i) {
    probability.update(log_ratios(1));
    EXPECT_NEAR(value_of(probability), i * kStep, 1e-5);
  }
  for (int i = 0; i < 10; ++i) {
    probability.update(log_ratios(1));
    EXPECT_NEAR(value_of(probability), 0.8, 1e-6);
  }
}

TEST(AdaptiveProbability, FallsAtTheSameSpeedTo0WhereTheCriticCannotTell) {
  AdaptiveProbability probability = make();
  probability.state()[0].fill_(0.1);
  for (int i = 1; i <= 20; ++i) {
    probability.update(log_ratios(0.5));
    EXPECT_NEAR(value_of(probability), 0.1 - i * kStep, 1e-6);
  }
  probability.update(log_ratios(0.5));
  EXPECT_EQ(value_of(probability), 0);
}

TEST(AdaptiveProbability, ComparesTheMeanSignOfFourBatchesWithTheTarget) {
  // A share k of known images is a mean sign of 2k - 1. Each of the first four counts against three targets
  // or fewer.
  AdaptiveProbability probability = make();
  probability.state()[0].fill_(0.4);
  double expected = 0.4;
  const std::vector<double> known{1, 0.7, 0.76, 0.8, 0.9, 0.78, 0.6, 1, 1, 1};
  for (size_t i = 0; i < known.size(); ++i) {
    double mean = 0;
    for (size_t back = 0; back < 4; ++back) {
      mean += (i >= back ? 2 * known[i - back] - 1 : 0.6) / 4;
    }
    ASSERT_GT(std::abs(mean - 0.6), 1e-3) << "no tie";
    expected += mean > 0.6 ? kStep : -kStep;
    probability.update(log_ratios(known[i]));
    EXPECT_NEAR(value_of(probability), expected, 1e-6) << i;
  }
}

TEST(AdaptiveProbability, SeesTheSignAlone) {
  AdaptiveProbability large = make();
  AdaptiveProbability small = make();
  large.update(log_ratios(0.9) * 1e30);
  small.update((log_ratios(0.9) * 1e-6).to(torch::kFloat32));
  EXPECT_TRUE(torch::equal(large.state(), small.state()));
  EXPECT_GT(value_of(small), 0);
}

TEST(AdaptiveProbability, NotANumberMovesNothing) {
  AdaptiveProbability probability = make();
  probability.update(log_ratios(1));
  const torch::Tensor before = probability.state().clone();
  torch::Tensor broken = log_ratios(0.5);
  broken[3] = std::numeric_limits<double>::quiet_NaN();
  probability.update(broken);
  EXPECT_TRUE(torch::equal(probability.state(), before));
}

TEST(AdaptiveProbability, GoesOnFromACopiedState) {
  AdaptiveProbability first = make();
  for (const double known : {1.0, 0.9, 0.7}) {
    first.update(log_ratios(known));
  }
  AdaptiveProbability second = make();
  second.state().copy_(first.state());
  for (const double known : {1.0, 0.75, 0.6}) {
    first.update(log_ratios(known));
    second.update(log_ratios(known));
    EXPECT_TRUE(torch::equal(first.state(), second.state()));
  }
}

TEST(AdaptiveProbability, ItsValueSharesMemoryWithTheState) {
  AdaptiveProbability probability = make();
  const torch::Tensor value = probability.value();
  probability.update(log_ratios(1));
  EXPECT_NEAR(value.item<double>(), kStep, 1e-6);
}

}  // namespace
}  // namespace ganwright
