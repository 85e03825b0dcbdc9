#include "evaluation/neighbor_metrics.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <vector>

#include "tests/support/gaussian_samples.h"

namespace ganwright {
namespace {

using test_support::gaussian_samples;
using test_support::shuffled;

// The definitions, point by point.
struct PlainMetrics {
  double precision = 0;
  double recall = 0;
  double density = 0;
  double coverage = 0;
};

double radius(const torch::Tensor& distances, int64_t point, int64_t neighbors) {
  // The nearest is the point itself.
  return std::get<0>(distances[point].sort())[neighbors].item<double>();
}

PlainMetrics plain_metrics(const torch::Tensor& real, const torch::Tensor& fake, int64_t k, int64_t k5) {
  const torch::Tensor among_real = torch::cdist(real, real);
  const torch::Tensor among_fake = torch::cdist(fake, fake);
  const torch::Tensor across = torch::cdist(real, fake);
  const auto n = static_cast<double>(real.size(0));
  const auto m = static_cast<double>(fake.size(0));
  PlainMetrics plain;
  for (int64_t i = 0; i < real.size(0); ++i) {
    const torch::Tensor inside = across[i] <= radius(among_real, i, k5);
    plain.density += inside.sum().item<double>() / (static_cast<double>(k5) * m);
    plain.coverage += inside.any().item<bool>() / n;
    bool is_recalled = false;
    for (int64_t j = 0; j < fake.size(0); ++j) {
      is_recalled = is_recalled || across[i][j].item<double>() <= radius(among_fake, j, k);
    }
    plain.recall += is_recalled / n;
  }
  for (int64_t j = 0; j < fake.size(0); ++j) {
    bool is_precise = false;
    for (int64_t i = 0; i < real.size(0); ++i) {
      is_precise = is_precise || across[i][j].item<double>() <= radius(among_real, i, k);
    }
    plain.precision += is_precise / m;
  }
  return plain;
}

TEST(NeighborMetrics, AreThoseOfTheirDefinitions) {
  const torch::Tensor real = gaussian_samples(30, 3, 1);
  const torch::Tensor fake = 1.3 * gaussian_samples(25, 3, 2) + 0.8;
  const PlainMetrics plain = plain_metrics(real, fake, 3, 5);
  const NeighborMetrics metrics = neighbor_metrics(real, fake);
  EXPECT_NEAR(metrics.precision.value, plain.precision, 1e-12);
  EXPECT_NEAR(metrics.recall.value, plain.recall, 1e-12);
  EXPECT_NEAR(metrics.density.value, plain.density, 1e-12);
  EXPECT_NEAR(metrics.coverage.value, plain.coverage, 1e-12);
  EXPECT_GT(plain.precision, 0.1);
  EXPECT_LT(plain.precision, 0.9);
}

TEST(NeighborMetrics, AreTheSameInBlocksAndInAnyOrder) {
  const torch::Tensor real = gaussian_samples(1100, 4, 3);
  const torch::Tensor fake = gaussian_samples(600, 4, 4) + 0.7;
  const torch::Tensor across = torch::cdist(fake, real);
  const torch::Tensor radii = std::get<0>(torch::cdist(real, real).topk(6, 1, false)).select(1, 5);
  const NeighborMetrics metrics = neighbor_metrics(real, fake);
  EXPECT_NEAR(metrics.density.value, (across <= radii).sum().item<double>() / (5 * 600), 1e-3);
  EXPECT_NEAR(metrics.coverage.value, (across <= radii).any(0).to(torch::kFloat64).mean().item<double>(),
              2e-3);
  const NeighborMetrics again = neighbor_metrics(shuffled(real, 1), shuffled(fake, 2));
  EXPECT_DOUBLE_EQ(again.precision.value, metrics.precision.value);
  EXPECT_DOUBLE_EQ(again.recall.value, metrics.recall.value);
  EXPECT_DOUBLE_EQ(again.density.value, metrics.density.value);
  EXPECT_DOUBLE_EQ(again.coverage.value, metrics.coverage.value);
}

TEST(NeighborMetrics, OfEqualSetsAreOneAlsoWhereAllPointsAreEqual) {
  for (const torch::Tensor& set : {gaussian_samples(40, 6, 5) + 100,
                                   gaussian_samples(1, 6, 6).repeat({20, 1}), gaussian_samples(2, 6, 7)}) {
    const NeighborMetrics metrics = neighbor_metrics(set, set);
    EXPECT_EQ(metrics.precision.value, 1);
    EXPECT_EQ(metrics.recall.value, 1);
    EXPECT_EQ(metrics.coverage.value, 1);
    EXPECT_GE(metrics.density.value, 1);
  }
}

TEST(NeighborMetrics, OfSetsFarApartAreZero) {
  const torch::Tensor set = gaussian_samples(40, 6, 8);
  const NeighborMetrics metrics = neighbor_metrics(set, set + 1000);
  EXPECT_EQ(metrics.precision.value, 0);
  EXPECT_EQ(metrics.recall.value, 0);
  EXPECT_EQ(metrics.density.value, 0);
  EXPECT_EQ(metrics.coverage.value, 0);
}

TEST(NeighborMetrics, TellMissingModesFromBadPictures) {
  const torch::Tensor left = gaussian_samples(100, 2, 9);
  const torch::Tensor right = gaussian_samples(100, 2, 10) + 50;
  const NeighborMetrics half = neighbor_metrics(torch::cat({left, right}), gaussian_samples(200, 2, 11));
  EXPECT_GT(half.precision.value, 0.85);
  EXPECT_NEAR(half.recall.value, 0.5, 0.06);
  EXPECT_NEAR(half.coverage.value, 0.5, 0.06);
}

TEST(NeighborMetrics, ResampleWhatTheyCount) {
  const torch::Tensor real = gaussian_samples(4, 1, 12);
  const torch::Tensor fake = torch::cat({real.narrow(0, 0, 1), real.narrow(0, 0, 1) + 1000});
  const NeighborMetrics metrics = neighbor_metrics(real, fake);
  EXPECT_EQ(metrics.precision.value, 0.5);
  const torch::Tensor ones = torch::ones({4}, torch::kFloat64);
  EXPECT_EQ(metrics.precision.resampled(ones, torch::tensor({2.0, 0.0}, torch::kFloat64)), 1);
  EXPECT_EQ(metrics.precision.resampled(ones, torch::tensor({0.0, 2.0}, torch::kFloat64)), 0);
}

}  // namespace
}  // namespace ganwright
