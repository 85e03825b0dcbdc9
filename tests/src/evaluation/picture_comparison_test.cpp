#include "evaluation/picture_comparison.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include "evaluation/features.h"

namespace ganwright {
namespace {

const PatchDistanceOptions kFewPatches{.patches = 8, .directions = 32};

// Pictures of blobs: a seed's are a fair sample of one distribution.
PictureSet blobs(int64_t count, uint64_t seed, double brightness) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  const torch::Tensor coarse = torch::rand({count, 1, 4, 4}, random, torch::kFloat32);
  const torch::Tensor pixels =
      (at::upsample_bilinear2d(coarse, {16, 16}, false) * (255 * brightness)).to(torch::kUInt8);
  return {pixels, features_of(random_features({}), pixels)};
}

double value_of(const std::vector<NamedEstimate>& estimates, const std::string& name) {
  for (const auto& item : estimates) {
    if (item.name == name) {
      return item.estimate.value;
    }
  }
  ADD_FAILURE() << name;
  return 0;
}

TEST(ComparePictures, HasEveryMetricAndSaysHowFarItIs) {
  int done = 0;
  const auto estimates = compare_pictures(blobs(40, 1, 1), blobs(30, 2, 1), kFewPatches, {}, [&] { ++done; });
  std::vector<std::string> names;
  for (const auto& item : estimates) {
    names.push_back(item.name);
  }
  EXPECT_EQ(names,
            (std::vector<std::string>{"frechet_distance", "kernel_distance", "precision", "recall", "density",
                                      "coverage", "sliced_wasserstein", "sliced_wasserstein_16"}));
  EXPECT_EQ(done, kComputationsOfComparison);
}

TEST(ComparePictures, OfEqualSetsIsAsGoodAsCanBe) {
  const PictureSet set = blobs(60, 3, 1);
  const auto estimates = compare_pictures(set, set, kFewPatches, {});
  EXPECT_NEAR(value_of(estimates, "frechet_distance"), 0, 1e-9);
  EXPECT_LE(value_of(estimates, "kernel_distance"), 0);
  EXPECT_EQ(value_of(estimates, "precision"), 1);
  EXPECT_EQ(value_of(estimates, "recall"), 1);
  EXPECT_EQ(value_of(estimates, "coverage"), 1);
  EXPECT_EQ(value_of(estimates, "sliced_wasserstein"), 0);
}

TEST(ComparePictures, OfTwoSamplesOfOneDistributionIsTheFloor) {
  const PictureSet reference = blobs(300, 4, 1);
  const auto floor = compare_pictures(reference, blobs(300, 5, 1), kFewPatches, {});
  const auto again = compare_pictures(reference, blobs(300, 6, 1), kFewPatches, {});
  const auto darker = compare_pictures(reference, blobs(300, 7, 0.8), kFewPatches, {});
  for (const char* name : {"frechet_distance", "sliced_wasserstein"}) {
    EXPECT_NEAR(value_of(again, name), value_of(floor, name), 0.6 * value_of(floor, name)) << name;
  }
  for (const char* name : {"precision", "recall", "density", "coverage"}) {
    EXPECT_NEAR(value_of(again, name), value_of(floor, name), 0.12) << name;
    EXPECT_GT(value_of(floor, name), 0.7) << name;
  }
  EXPECT_GT(value_of(darker, "frechet_distance"), 3 * value_of(floor, "frechet_distance"));
  EXPECT_GT(value_of(darker, "kernel_distance"), 3 * std::abs(value_of(floor, "kernel_distance")));
  EXPECT_LT(value_of(darker, "coverage"), value_of(floor, "coverage"));
}

TEST(ChosenPictures, AreAFixedFairSample) {
  Dataset dataset;
  dataset.pixels = torch::arange(200).to(torch::kUInt8).view({200, 1, 1, 1});
  const torch::Tensor chosen = chosen_pictures(dataset, 100);
  EXPECT_TRUE(torch::equal(chosen, chosen_pictures(dataset, 100)));
  EXPECT_TRUE(torch::equal(chosen.narrow(0, 0, 10), chosen_pictures(dataset, 10)));
  EXPECT_EQ(std::get<0>(at::_unique2(chosen)).size(0), 100);
  // Within three standard deviations of what drawing without replacement gives, in the beginning as in the
  // whole: a stretch of the folder or every second picture is no sample.
  const auto mean = [](const torch::Tensor& pictures) {
    return pictures.to(torch::kFloat64).mean().item<double>();
  };
  EXPECT_NEAR(mean(chosen), 99.5, 12.3);
  EXPECT_NEAR(mean(chosen.narrow(0, 0, 20)), 99.5, 37);
  EXPECT_NEAR(mean(chosen.remainder(2)), 0.5, 0.11);
}

TEST(LabelsInProportion, HaveTheSharesOfTheData) {
  // 60 %, 30 %, 10 %.
  const torch::Tensor data = torch::tensor({0, 1, 0, 0, 1, 0, 2, 0, 1, 0}, torch::kInt64);
  for (const int64_t count : {10, 100, 20}) {
    const torch::Tensor counts = torch::bincount(labels_in_proportion(data, count));
    EXPECT_TRUE(torch::equal(counts * 10, torch::tensor({6, 3, 1}, torch::kInt64) * count)) << counts;
  }
  const torch::Tensor mixed = labels_in_proportion(data, 100);
  EXPECT_GT(mixed.narrow(0, 0, 50).eq(1).sum().item<int64_t>(), 5);
  EXPECT_GT(mixed.narrow(0, 50, 50).eq(1).sum().item<int64_t>(), 5);
  EXPECT_TRUE(torch::equal(labels_in_proportion(data, 1), torch::tensor({0}, torch::kInt64)));
}

}  // namespace
}  // namespace ganwright
