#include "models/patches.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(Patches, AreCutInRowOrderChannelByChannel) {
  const auto images = torch::arange(2 * 3 * 6 * 6).view({2, 3, 6, 6});
  const auto patches = cut_patches(images, 2);
  ASSERT_EQ(patches.sizes(), (std::vector<int64_t>{2, 9, 12}));
  using torch::indexing::Slice;
  const auto expected = images.index({1, Slice(), Slice(2, 4), Slice(4, 6)}).flatten();  // row 1, column 2
  EXPECT_TRUE(torch::equal(patches[1][5], expected));
}

TEST(Patches, JoinToThePictureTheyWereCutFrom) {
  torch::manual_seed(1);
  for (const int64_t channels : {1, 3}) {
    for (const int64_t patch : {1, 2, 3, 6}) {
      const auto images = torch::randn({2, channels, 6, 6});
      EXPECT_TRUE(torch::equal(
          join_patches(cut_patches(images, patch), {6 / patch, 6 / patch}, channels, patch), images));
    }
  }
}

TEST(Patches, JoinToPicturesThatAreNotSquare) {
  const auto patches = torch::arange(6).view({1, 6, 1}).expand({1, 6, 4});  // 2 x 3 patches of 2 x 2 pixels
  const auto picture = join_patches(patches, {2, 3}, 1, 2);
  ASSERT_EQ(picture.sizes(), (std::vector<int64_t>{1, 1, 4, 6}));
  EXPECT_EQ(picture[0][0][1][5].item<int64_t>(), 2);
  EXPECT_EQ(picture[0][0][2][0].item<int64_t>(), 3);
}

}  // namespace
}  // namespace ganwright
