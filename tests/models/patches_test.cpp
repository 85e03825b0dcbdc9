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
      EXPECT_TRUE(torch::equal(join_patches(cut_patches(images, patch), channels, patch), images));
    }
  }
}

}  // namespace
}  // namespace ganwright
