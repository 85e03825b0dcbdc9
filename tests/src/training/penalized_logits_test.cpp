#include "training/penalized_logits.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>

#include <cmath>

#include "models/attention.h"
#include "tests/support/exact_penalty.h"
#include "tests/support/small_options.h"

namespace ganwright {
namespace {

using test_support::small_options;

Discriminator make_discriminator() {
  torch::manual_seed(3);
  return Discriminator(small_options().model);
}

View view(int64_t count, uint64_t seed) {
  torch::manual_seed(seed);
  return {torch::rand({count, 1, 8, 8}) * 2 - 1, {}, {}};
}

// Every picture mirrored or moved.
View augmented_view(int64_t count, uint64_t seed) {
  View result = view(count, seed);
  result.augmentation = draw_augmentation({Augmentation::flip, Augmentation::translation}, torch::ones({}),
                                          count, 8, at::detail::createCPUGenerator(seed));
  return result;
}

at::Generator random_numbers() {
  return at::detail::createCPUGenerator(7);
}

TEST(PenalizedLogits, WithoutPenaltiesIsThePlainLogits) {
  Discriminator discriminator = make_discriminator();
  const View real = view(4, 1);
  const View fake = view(4, 2);
  for (const Penalty kind : {Penalty::finite_difference, Penalty::exact}) {
    const PenalizedLogits pass =
        penalized_logits(discriminator, real, fake, {.kind = kind, .count = 4}, random_numbers());
    EXPECT_TRUE(torch::allclose(pass.real_logits, discriminator->forward(real.images), 1e-5, 1e-6));
    EXPECT_TRUE(torch::allclose(pass.fake_logits, discriminator->forward(fake.images), 1e-5, 1e-6));
    EXPECT_EQ(pass.r1.item<float>() + pass.r2.item<float>() + pass.gradient_penalty.item<float>(), 0);
  }
}

TEST(PenalizedLogits, BothKindsSeeTheAugmentedPictures) {
  Discriminator discriminator = make_discriminator();
  const View real = augmented_view(4, 1);
  const View fake = view(4, 2);
  const torch::Tensor expected = discriminator->forward(augment(real.images, real.augmentation));
  EXPECT_FALSE(torch::allclose(expected, discriminator->forward(real.images), 1e-3, 1e-3));
  for (const Penalty kind : {Penalty::finite_difference, Penalty::exact}) {
    for (const int64_t count : {1, 4}) {
      const PenaltyPlan plan{.kind = kind, .r1 = 1, .r2 = 1, .count = count};
      const PenalizedLogits pass = penalized_logits(discriminator, real, fake, plan, random_numbers());
      EXPECT_TRUE(torch::allclose(pass.real_logits, expected, 1e-4, 1e-5)) << count;
    }
  }
}

// The gradient is that in the picture before its augmentation, under the same augmentation.
TEST(PenalizedLogits, ExactPenaltiesAreThoseOfTheCriticBehindTheAugmentation) {
  Discriminator discriminator = make_discriminator();
  const View real = augmented_view(4, 1);
  const View fake = view(4, 2);
  const MathAttention math_attention;
  const Critic seen = [&](const torch::Tensor& images) {
    return discriminator->forward(augment(images, real.augmentation));
  };
  const PenaltyPlan plan{.kind = Penalty::exact, .r1 = 2, .count = 4};
  const PenalizedLogits pass = penalized_logits(discriminator, real, fake, plan, random_numbers());
  EXPECT_NEAR(pass.r1.item<float>() / exact_gradient_penalty(seen, real.images, 2).item<float>(), 1, 1e-5);
  EXPECT_EQ(pass.r2.item<float>(), 0);
}

TEST(PenalizedLogits, FiniteDifferencesUnderAugmentationAverageToTheExactPenalty) {
  Discriminator discriminator = make_discriminator();
  const View real = augmented_view(4096, 1);
  const View fake = view(4096, 2);
  PenaltyPlan plan{.kind = Penalty::exact, .r1 = 1, .r2 = 1, .count = 4096};
  const PenalizedLogits exact = penalized_logits(discriminator, real, fake, plan, random_numbers());
  plan.kind = Penalty::finite_difference;
  const PenalizedLogits finite = penalized_logits(discriminator, real, fake, plan, random_numbers());
  // A relative deviation of about 1.4 a sample makes 0.022 of the mean.
  EXPECT_NEAR(finite.r1.item<float>() / exact.r1.item<float>(), 1, 0.1);
  EXPECT_NEAR(finite.r2.item<float>() / exact.r2.item<float>(), 1, 0.1);
}

// With equal real and generated images the ones between are the same, whatever the share.
TEST(PenalizedLogits, ThePenaltyOfWganGpIsTakenBetweenRealAndGenerated) {
  Discriminator discriminator = make_discriminator();
  const View real = view(4, 1);
  const PenaltyPlan plan{.gradient_penalty = 10, .count = 4};
  const PenalizedLogits pass = penalized_logits(discriminator, real, real, plan, random_numbers());
  const MathAttention math_attention;
  const torch::Tensor images = real.images.clone().requires_grad_(true);
  const torch::Tensor norms = squared_gradient_norms(discriminator->forward(images), images).sqrt();
  EXPECT_NEAR(pass.gradient_penalty.item<float>(), (10 * (norms - 1).square().mean()).item<float>(), 1e-4);
}

TEST(PenalizedLogits, LabelsGoWithTheirPictures) {
  ModelOptions options = small_options().model;
  options.classes = 2;
  torch::manual_seed(3);
  Discriminator discriminator(options);
  View real = view(4, 1);
  View fake = view(4, 2);
  real.labels = torch::tensor({0, 1, 1, 0}, torch::kInt64);
  fake.labels = torch::tensor({1, 1, 0, 0}, torch::kInt64);
  for (const Penalty kind : {Penalty::finite_difference, Penalty::exact}) {
    const PenaltyPlan plan{.kind = kind, .r1 = 1, .r2 = 1, .gradient_penalty = 1, .count = 3};
    const PenalizedLogits pass = penalized_logits(discriminator, real, fake, plan, random_numbers());
    EXPECT_TRUE(
        torch::allclose(pass.real_logits, discriminator->forward(real.images, real.labels), 1e-4, 1e-5));
    EXPECT_TRUE(
        torch::allclose(pass.fake_logits, discriminator->forward(fake.images, fake.labels), 1e-4, 1e-5));
  }
}

}  // namespace
}  // namespace ganwright
