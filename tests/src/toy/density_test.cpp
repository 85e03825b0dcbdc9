#include "toy/density.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "errors.h"

namespace ganwright {
namespace {

at::Generator random_numbers() {
  return at::detail::createCPUGenerator(7);
}

TEST(DensityText, GivesAMixtureWhoseWeightsSumToOne) {
  const Density density = read_density("1, -2, 0.5; 3,2,1e0", "--target");
  ASSERT_EQ(density.components.size(), 2U);
  EXPECT_EQ(density.dimension, 1);
  EXPECT_DOUBLE_EQ(density.components[0].weight, 0.25);
  EXPECT_DOUBLE_EQ(density.components[1].weight, 0.75);
  EXPECT_DOUBLE_EQ(density.components[0].mean[0], -2);
  EXPECT_DOUBLE_EQ(density.components[0].standard_deviation, 0.5);
}

TEST(DensityText, IsRefusedInOneLineThatNamesTheFlag) {
  for (const char* text : {"", ";", "1,2", "1,2,3,4", "1,a,2", "1,nan,1", "1,inf,1", "1,1e7,1", "0,0,1",
                           "-1,0,1", "1,0,0", "1,0,-1", "1,0,1e-9", "rings", "1,0,1;;1,0,1", "1,0,1;x"}) {
    try {
      read_density(text, "--source");
      FAIL() << text;
    } catch (const UsageError& error) {
      EXPECT_EQ(std::string(error.what()).find("--source"), 0U) << error.what();
      EXPECT_EQ(std::string(error.what()).find('\n'), std::string::npos) << error.what();
    }
  }
}

TEST(DensityText, SuggestsTheNearestName) {
  try {
    read_density("spyral", "--target");
    FAIL();
  } catch (const UsageError& error) {
    EXPECT_NE(std::string(error.what()).find("'spiral'"), std::string::npos) << error.what();
  }
}

TEST(Density, HasTheMomentsOfItsComponents) {
  const Density density = read_density("0.5,-2,0.7;0.5,2,0.7", "--target");
  EXPECT_DOUBLE_EQ(mean_of(density), 0);
  EXPECT_DOUBLE_EQ(standard_deviation_of(density), std::sqrt(4 + 0.49));
}

TEST(Density, IsThatOfTheGaussianAndKeepsItsLogarithmFarOut) {
  const Density density = normal_density(1, 2);
  for (const double x : {-300.0, 0.0, 1.0, 500.0}) {
    const double z = (x - 1) / 2;
    EXPECT_NEAR(log_density(density, x), -z * z / 2 - std::log(2 * std::sqrt(2 * std::numbers::pi)), 1e-9);
  }
}

TEST(Density, OfATensorIsThatOfItsNumbers) {
  const Density density = read_density("0.3,-2,0.6;0.7,1,1.1", "--target");
  const torch::Tensor points = torch::linspace(-30, 30, 41, torch::kFloat64).unsqueeze(1);
  const torch::Tensor values = log_density(density, points);
  for (int64_t i = 0; i < points.size(0); ++i) {
    EXPECT_NEAR(values[i].item<double>(), log_density(density, points[i][0].item<double>()), 1e-9);
  }
}

TEST(Density, InThePlaneIntegratesToOne) {
  const torch::Tensor axis = torch::linspace(-5, 5, 401, torch::kFloat64);
  const std::vector<torch::Tensor> both = torch::meshgrid({axis, axis}, "xy");
  const torch::Tensor points = torch::stack({both[0].flatten(), both[1].flatten()}, 1);
  for (const std::string& name : planar_density_names()) {
    const torch::Tensor mass =
        log_density(read_density(name, "--target"), points).exp().sum() * (0.025 * 0.025);
    EXPECT_NEAR(mass.item<double>(), 1, 1e-4) << name;
  }
}

TEST(Points, OfStratifiedNumbersHaveTheMomentsOfTheDensity) {
  const Density density = read_density("0.2,-3,0.5;0.8,1,2", "--target");
  at::Generator random = random_numbers();
  const torch::Tensor points = points_at(density, stratified_uniform(4096, 1, random));
  EXPECT_NEAR(points.mean().item<double>(), mean_of(density), 0.005);
  EXPECT_NEAR(points.std().item<double>(), standard_deviation_of(density), 0.02);
}

TEST(Points, InThePlaneFollowTheDensity) {
  // E[log p] under p, against the same mean over a grid.
  const Density density = read_density("ring", "--target");
  at::Generator random = random_numbers();
  const torch::Tensor points = points_at(density, independent_uniform(100'000, 2, random));
  const double entropy = -log_density(density, points).mean().item<double>();
  // Eight Gaussians that do not overlap.
  const double exact = std::log(8.0) + std::log(2 * std::numbers::pi * std::numbers::e * 0.01);
  EXPECT_NEAR(entropy, exact, 0.02);
}

TEST(Points, AreFiniteAtTheEndsOfTheUnitInterval) {
  const Density density = read_density("0.1,0,1;0.2,1,1;0.7,2,1", "--target");
  const torch::Tensor ends = torch::tensor({{1e-15}, {0.1}, {0.3}, {1 - 1e-16}}, torch::kFloat64);
  EXPECT_TRUE(points_at(density, ends).isfinite().all().item<bool>());
}

}  // namespace
}  // namespace ganwright
