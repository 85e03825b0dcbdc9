#include "training/sampling.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(Latents, OfASmallerCountAreTheFirstOfALargerOne) {
  for (const int64_t latent : {1, 4, 5, 15, 16, 17, 64}) {
    const torch::Tensor many = latents_from_seed(40, latent, 3);
    for (const int64_t count : {1, 2, 3, 7, 39}) {
      EXPECT_TRUE(torch::equal(latents_from_seed(count, latent, 3), many.narrow(0, 0, count)))
          << count << " of " << latent;
    }
  }
}

TEST(Latents, AreNormalForEveryLength) {
  for (const int64_t latent : {1, 5, 16, 20}) {
    const torch::Tensor latents = latents_from_seed(100'000 / latent, latent, 1).to(torch::kFloat64);
    EXPECT_NEAR(latents.mean().item<double>(), 0, 0.02) << latent;
    EXPECT_NEAR(latents.std().item<double>(), 1, 0.02) << latent;
  }
}

TEST(LabelsForAGrid, ShowEachClassEquallyOftenAndSideBySide) {
  EXPECT_TRUE(torch::equal(labels_for_grid(6, 3), torch::tensor({0, 0, 1, 1, 2, 2}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(labels_for_grid(2, 4), torch::tensor({0, 2}, torch::kInt64)));
  EXPECT_FALSE(labels_for_grid(6, 0).defined());
}

TEST(Latents, AreTheSameForOneSeedAndABeginningOfMore) {
  EXPECT_TRUE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 5)));
  EXPECT_FALSE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 6)));
}

}  // namespace
}  // namespace ganwright
