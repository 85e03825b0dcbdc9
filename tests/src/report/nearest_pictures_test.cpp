#include "report/nearest_pictures.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

torch::Tensor noise(int64_t count, int64_t side, uint64_t seed) {
  torch::manual_seed(seed);
  return torch::randint(256, {count, 3, side, side}).to(torch::kUInt8);
}

TEST(NearestPictures, AreThoseOfAnExhaustiveSearchInFloat64) {
  const torch::Tensor queries = noise(5, 6, 0);
  const torch::Tensor pictures = noise(40, 6, 1);
  const NearestPictures found = nearest_pictures(queries, pictures, 7);
  const torch::Tensor differences =
      (queries.unsqueeze(1).to(torch::kFloat64) - pictures.unsqueeze(0).to(torch::kFloat64)) / 255;
  const auto [distances, indices] = differences.square().mean({2, 3, 4}).sqrt().topk(7, 1, /*largest=*/false);
  EXPECT_TRUE(torch::equal(found.indices, indices));
  EXPECT_TRUE(torch::allclose(found.distances, distances));
}

TEST(NearestPictures, OfPicturesTakenInSeveralPartsAreTheSame) {
  // A part holds 21 of these.
  const torch::Tensor pictures = noise(25, 512, 2);
  torch::Tensor query = pictures.narrow(0, 24, 1).clone();
  query[0][0][0][0] = 255 - query[0][0][0][0];
  const NearestPictures found = nearest_pictures(query, pictures, 25);
  EXPECT_EQ(found.indices[0][0].item<int64_t>(), 24);
  EXPECT_EQ(std::get<0>(found.indices.sort(1)).equal(torch::arange(25).unsqueeze(0)), true);
  EXPECT_TRUE((found.distances.diff() >= 0).all().item<bool>());
}

TEST(NearestPictures, ACopyLiesAtExactlyZeroHoweverLarge) {
  const torch::Tensor pictures = noise(4, 512, 3);
  const NearestPictures found = nearest_pictures(pictures.narrow(0, 2, 1), pictures, 1);
  EXPECT_EQ(found.indices.item<int64_t>(), 2);
  EXPECT_EQ(found.distances.item<double>(), 0);
}

TEST(NearestPictures, BlackLiesAtOneFromWhiteAndFewPicturesAreAllNear) {
  const torch::Tensor black = torch::zeros({1, 1, 4, 4}, torch::kUInt8);
  const NearestPictures found = nearest_pictures(black, black + 255, 5);
  EXPECT_EQ(found.indices.sizes(), (torch::IntArrayRef{1, 1}));
  EXPECT_DOUBLE_EQ(found.distances.item<double>(), 1);
}

TEST(NearestPictures, StopWhenAskedTo) {
  EXPECT_THROW(nearest_pictures(noise(1, 4, 0), noise(4, 4, 1), 1, {}, [] { return true; }), Interrupted);
}

}  // namespace
}  // namespace ganwright
