#include "evaluation/sliced_wasserstein.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/gaussian_samples.h"

namespace ganwright {
namespace {

using test_support::gaussian_samples;
using test_support::shuffled;

torch::Tensor points(const std::vector<float>& places) {
  return torch::tensor(places, torch::kFloat32).unsqueeze(1);
}

const torch::Tensor& line() {
  static const torch::Tensor direction = torch::ones({1, 1});
  return direction;
}

torch::Tensor random_blocks(int64_t count, int64_t side, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  const torch::Tensor blocks = torch::randint(256, {count, 1, side / 4, side / 4}, random, torch::kUInt8);
  return blocks.repeat_interleave(4, 2).repeat_interleave(4, 3);
}

TEST(SlicedWasserstein, OnALineIsTheMeanDifferenceOfSortedPoints) {
  EXPECT_DOUBLE_EQ(sliced_wasserstein(points({3, 0, 1}), points({5, 1, 2}), line()).value, (1 + 1 + 2) / 3.0);
  const torch::Tensor a = gaussian_samples(500, 1, 1).to(torch::kFloat32);
  const torch::Tensor b = 2 * gaussian_samples(500, 1, 2).to(torch::kFloat32) + 1;
  const auto sorted = [](const torch::Tensor& set) { return std::get<0>(set.flatten().sort()); };
  EXPECT_NEAR(sliced_wasserstein(a, b, line()).value, (sorted(a) - sorted(b)).abs().mean().item<double>(),
              1e-6);
}

TEST(SlicedWasserstein, OfUnequalCountsComparesDistributions) {
  EXPECT_DOUBLE_EQ(sliced_wasserstein(points({0, 1}), points({0, 0, 1, 1}), line()).value, 0);
  EXPECT_DOUBLE_EQ(sliced_wasserstein(points({0, 1}), points({0, 0, 0, 1}), line()).value, 0.25);
}

TEST(SlicedWasserstein, OfAShiftIsItsMeanLengthAlongTheDirections) {
  const torch::Tensor a = gaussian_samples(300, 5, 3).to(torch::kFloat32);
  const torch::Tensor shift = torch::tensor({1.0F, -2.0F, 0.0F, 0.5F, 3.0F});
  const torch::Tensor directions = gaussian_samples(5, 40, 4).to(torch::kFloat32);
  EXPECT_NEAR(sliced_wasserstein(a, a + shift, directions).value,
              shift.unsqueeze(0).mm(directions).abs().mean().item<double>(), 1e-4);
}

TEST(SlicedWasserstein, IsTheDifferenceOfWhatThePointsContribute) {
  const torch::Tensor a = gaussian_samples(70, 4, 5).to(torch::kFloat32);
  const torch::Tensor b = 1.5 * gaussian_samples(90, 4, 6).to(torch::kFloat32);
  const torch::Tensor directions = gaussian_samples(4, 33, 7).to(torch::kFloat32);
  const SlicedDistance distance = sliced_wasserstein(a, b, directions);
  EXPECT_NEAR((distance.first.mean() - distance.second.mean()).item<double>(), distance.value, 1e-9);
  // With the first point twice and the last not at all, to first order.
  torch::Tensor order = torch::arange(70);
  order[69] = 0;
  const double moved = sliced_wasserstein(a.index_select(0, order), b, directions).value - distance.value;
  const double expected = ((distance.first[0] - distance.first[69]) / 70).item<double>();
  EXPECT_NEAR(moved, expected, 0.25 * std::abs(expected));
}

TEST(PatchDistances, OfEqualPicturesAreZeroAndOfOthersNot) {
  const torch::Tensor a = random_blocks(60, 28, 1);
  const auto same = patch_distances(a, a, {.patches = 8, .directions = 32}, torch::kCPU);
  ASSERT_EQ(same.size(), 3U);
  EXPECT_EQ(same[0].name, "sliced_wasserstein");
  EXPECT_EQ(same[1].name, "sliced_wasserstein_28");
  EXPECT_EQ(same[2].name, "sliced_wasserstein_14");
  for (const auto& [name, estimate] : same) {
    EXPECT_EQ(estimate.value, 0) << name;
  }
  const auto other = patch_distances(a, 255 - a, {.patches = 8, .directions = 32}, torch::kCPU);
  EXPECT_DOUBLE_EQ(other[0].estimate.value, (other[1].estimate.value + other[2].estimate.value) / 2);
  EXPECT_GT(other[1].estimate.value, 0);
}

TEST(PatchDistances, SeeStructureOfTheLevelThatDiffers) {
  const torch::Tensor a = random_blocks(100, 28, 2);
  const torch::Tensor b = random_blocks(100, 28, 3);
  // Blurred within blocks of four: the fine level loses what it has.
  const torch::Tensor blurred =
      at::avg_pool2d(b.to(torch::kFloat32), 5, 1, 2, false, false).round().to(torch::kUInt8);
  const PatchDistanceOptions options{.patches = 16, .directions = 64};
  const auto floor = patch_distances(a, b, options, torch::kCPU);
  const auto found = patch_distances(a, blurred, options, torch::kCPU);
  EXPECT_GT(found[1].estimate.value, 2 * floor[1].estimate.value);
}

TEST(PatchDistances, HardlyDependOnTheOrder) {
  const torch::Tensor a = random_blocks(200, 28, 4);
  const torch::Tensor b = random_blocks(200, 28, 5).bitwise_right_shift(1);
  const PatchDistanceOptions options{.patches = 16, .directions = 64};
  const double value = patch_distances(a, b, options, torch::kCPU)[0].estimate.value;
  const double again =
      patch_distances(shuffled(a, 1), shuffled(b, 2), options, torch::kCPU)[0].estimate.value;
  EXPECT_NEAR(again, value, 0.3 * value);
}

}  // namespace
}  // namespace ganwright
