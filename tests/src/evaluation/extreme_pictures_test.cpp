#include "evaluation/extreme_pictures.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(ExtremePictures, AreNamedWithTheFarthestFirst) {
  Dataset dataset;
  dataset.pixels = torch::arange(5, torch::kUInt8).view({5, 1, 1, 1});
  dataset.paths = {"a", "b", "c", "d", "e"};
  const torch::Tensor places = torch::tensor({4, 0, 2}, torch::kInt64);
  const torch::Tensor ratios = torch::tensor({0.5, -1.0, 2.0}, torch::kFloat64);
  const auto largest = extreme_pictures(dataset, places, ratios, 2, Extreme::largest);
  ASSERT_EQ(largest.size(), 2U);
  EXPECT_EQ(largest[0].path, "c");
  EXPECT_EQ(largest[0].log_ratio, 2);
  EXPECT_EQ(largest[1].path, "e");
  EXPECT_TRUE(torch::equal(pixels_of(largest, dataset).flatten(), torch::tensor({2, 4}, torch::kUInt8)));
  const auto smallest = extreme_pictures(dataset, places, ratios, 9, Extreme::smallest);
  ASSERT_EQ(smallest.size(), 3U);
  EXPECT_EQ(smallest[0].path, "a");
  EXPECT_EQ(smallest[2].path, "c");
}

}  // namespace
}  // namespace ganwright
