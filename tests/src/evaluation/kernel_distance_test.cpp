#include "evaluation/kernel_distance.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/gaussian_samples.h"

namespace ganwright {
namespace {

using test_support::gaussian_samples;
using test_support::shuffled;

// The definition, pair by pair.
double plain_kernel_distance(const torch::Tensor& x, const torch::Tensor& y) {
  const auto mean_of_pairs = [](const torch::Tensor& a, const torch::Tensor& b, bool of_one_set) {
    double sum = 0;
    for (int64_t i = 0; i < a.size(0); ++i) {
      for (int64_t j = 0; j < b.size(0); ++j) {
        const double base = (a[i] * b[j]).sum().item<double>() / static_cast<double>(a.size(1)) + 1;
        sum += of_one_set && i == j ? 0 : std::pow(base, 3);
      }
    }
    return sum / static_cast<double>(a.size(0) * (b.size(0) - (of_one_set ? 1 : 0)));
  };
  return mean_of_pairs(x, x, true) + mean_of_pairs(y, y, true) - 2 * mean_of_pairs(x, y, false);
}

TEST(KernelDistance, IsThatOfItsDefinition) {
  const torch::Tensor x = gaussian_samples(9, 5, 1);
  const torch::Tensor y = gaussian_samples(7, 5, 2) + 0.5;
  EXPECT_NEAR(kernel_distance(x, y).value, plain_kernel_distance(x, y), 1e-12);
}

TEST(KernelDistance, IsTheSameInBlocksAndInAnyOrder) {
  const torch::Tensor x = gaussian_samples(1300, 4, 3);
  const torch::Tensor y = gaussian_samples(700, 4, 4) + 0.3;
  const auto mean_kernel = [](const torch::Tensor& a, const torch::Tensor& b) {
    return (a.mm(b.t()) / 4 + 1).pow(3);
  };
  const auto among = [&](const torch::Tensor& a) {
    const torch::Tensor k = mean_kernel(a, a);
    return (k.sum() - k.trace()) / static_cast<double>(a.size(0) * (a.size(0) - 1));
  };
  const double expected = (among(x) + among(y) - 2 * mean_kernel(x, y).mean()).item<double>();
  EXPECT_NEAR(kernel_distance(x, y).value, expected, 1e-10);
  EXPECT_NEAR(kernel_distance(shuffled(x, 1), shuffled(y, 2)).value, expected, 1e-10);
}

TEST(KernelDistance, OfOneDistributionIsZeroInTheMean) {
  double sum = 0;
  double squares = 0;
  constexpr int times = 60;
  for (uint64_t i = 0; i < times; ++i) {
    const double value =
        kernel_distance(gaussian_samples(40, 3, 2 * i), gaussian_samples(50, 3, 2 * i + 1)).value;
    sum += value;
    squares += value * value;
  }
  EXPECT_LT(std::abs(sum / times), 3 * std::sqrt(squares / times / times));
}

TEST(KernelDistance, ItsBootstrapHasTheSpreadOfTheEstimate) {
  constexpr int times = 100;
  const auto draw = [](uint64_t i) {
    return kernel_distance(gaussian_samples(60, 3, 1000 + 2 * i),
                           gaussian_samples(60, 3, 1001 + 2 * i) + 0.7);
  };
  torch::Tensor values = torch::empty({times}, torch::kFloat64);
  double widths = 0;
  for (uint64_t i = 0; i < times; ++i) {
    const Estimate estimate = draw(i);
    values[static_cast<int64_t>(i)] = estimate.value;
    if (i < 10) {
      const ConfidenceInterval interval = bootstrap_intervals({{"", estimate}}, 60, 60, 200)[0];
      widths += (interval.high - interval.low) / 10;
    }
  }
  const double expected = 2 * 1.96 * values.std().item<double>();
  EXPECT_GT(widths, 0.7 * expected);
  EXPECT_LT(widths, 1.4 * expected);
}

}  // namespace
}  // namespace ganwright
