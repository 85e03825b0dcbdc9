#include "models/discriminator.h"

#include <ATen/autocast_mode.h>
#include <gtest/gtest.h>

#include <cmath>
#include <string>

#include "models/attention.h"
#include "models/model_error.h"
#include "tests/support/finite_difference.h"

namespace ganwright::discriminator_test {
namespace {

ModelOptions tiny() {
  return {.size = 8, .channels = 1, .patch = 4, .width = 16, .depth = 3, .heads = 2};
}

Discriminator make_discriminator(const ModelOptions& options, int64_t seed = 1) {
  torch::manual_seed(seed);
  return Discriminator(options);
}

TEST(Discriminator, GivesOneLogitAPictureOfEveryShape) {
  for (const int64_t channels : {1, 3}) {
    for (const auto& [size, patch] : {std::pair<int64_t, int64_t>{8, 8}, {8, 1}, {28, 4}, {32, 4}, {30, 5}}) {
      auto options = tiny();
      options.size = size;
      options.patch = patch;
      options.channels = channels;
      const auto logits = make_discriminator(options)->forward(torch::randn({3, channels, size, size}));
      EXPECT_EQ(logits.sizes(), (std::vector<int64_t>{3}));
      EXPECT_EQ(logits.scalar_type(), torch::kFloat);
    }
  }
}

TEST(Discriminator, OfAnyDepthReadsItsLastBlock) {
  for (const int64_t depth : {1, 2, 3, 4, 5, 9}) {
    auto options = tiny();
    options.depth = depth;
    auto discriminator = make_discriminator(options);
    discriminator->forward(torch::randn({2, 1, 8, 8})).sum().backward();
    const auto gradient =
        discriminator->named_parameters()["blocks." + std::to_string(depth - 1) + ".down"].grad();
    ASSERT_TRUE(gradient.defined()) << depth;
    EXPECT_GT(gradient.abs().max().item<float>(), 0.0F) << depth;
  }
}

TEST(Discriminator, RefusesPicturesThatDoNotFit) {
  auto discriminator = make_discriminator(tiny());
  EXPECT_THROW(discriminator->forward(torch::randn({2, 3, 8, 8})), ModelError);
  EXPECT_THROW(discriminator->forward(torch::randn({2, 1, 8, 12})), ModelError);
  EXPECT_THROW(discriminator->forward(torch::randn({2, 1, 12, 8})), ModelError);
  EXPECT_THROW(discriminator->forward(torch::randn({1, 8, 8})), ModelError);
  try {
    discriminator->forward(torch::ones({2, 1, 8, 8}, torch::kByte));
    ADD_FAILURE() << "integers were accepted";
  } catch (const ModelError& error) {
    EXPECT_STREQ(
        error.what(),
        "pictures of shape [2, 1, 8, 8] and type Byte do not fit the discriminator: give floating-point "
        "[batch, 1, 8, 8]");
  }
}

TEST(Discriminator, RefusesOptionsThatDoNotValidate) {
  auto options = tiny();
  options.heads = 3;
  EXPECT_THROW(Discriminator{options}, ModelError);
}

TEST(Discriminator, StartsWithSmallLogitsThatDependOnThePicture) {
  const ModelOptions options{.size = 28, .channels = 1};
  for (const int64_t seed : {1, 2, 3}) {
    const torch::NoGradGuard no_grad;
    auto discriminator = make_discriminator(options, seed);
    const auto logits = discriminator->forward(torch::rand({64, 1, 28, 28}) * 2 - 1);
    const auto root_mean_square = logits.square().mean().sqrt().item<double>();
    EXPECT_GT(root_mean_square, 0.05);
    EXPECT_LT(root_mean_square, 1.0);
    EXPECT_GT(logits.std().item<double>(), 0.02);
  }
}

TEST(Discriminator, JudgesEachPictureOfABatchAlone) {
  auto discriminator = make_discriminator(tiny());
  discriminator->to(torch::kDouble);
  const auto images = torch::randn({3, 1, 8, 8}, torch::kDouble);
  const auto alone = discriminator->forward(images.slice(0, 1, 2));
  EXPECT_LT((discriminator->forward(images).slice(0, 1, 2) - alone).abs().max().item<double>(), 1e-12);
}

TEST(Discriminator, SeesWherePatchesStand) {
  auto discriminator = make_discriminator(tiny());
  const auto images = torch::randn({3, 1, 8, 8});
  EXPECT_GT(
      (discriminator->forward(images) - discriminator->forward(images.roll(4, 3))).abs().min().item<float>(),
      1e-5F);
}

TEST(Discriminator, SeesEveryPatchWhicheverWayItsAttentionReads) {
  for (const auto& [name, pattern] : attention_pattern_names) {
    for (const int64_t depth : {1, 2, 3, 4}) {
      auto options = tiny();
      options.depth = depth;
      options.attention = pattern;
      auto discriminator = make_discriminator(options);
      const auto images = torch::randn({1, 1, 8, 8}, torch::requires_grad());
      const auto gradient = torch::autograd::grad({discriminator->forward(images).sum()}, {images})[0];
      EXPECT_GT(gradient.abs().min().item<float>(), 0.0F) << name << " at depth " << depth;
    }
  }
}

TEST(Discriminator, HasTheDerivativeOfFiniteDifferences) {
  auto discriminator = make_discriminator(tiny());
  discriminator->to(torch::kDouble);
  const auto images = torch::randn({2, 1, 8, 8}, torch::kDouble);
  const auto direction = torch::randn_like(images);
  const auto value = [&](const torch::Tensor& input) { return discriminator->forward(input).pow(3).sum(); };
  EXPECT_NEAR(directional_derivative(value, images, direction),
              directional_difference(value, images, direction), 1e-7);
}

// What the exact R1 penalty needs: the derivative of the squared norm of a derivative.
TEST(Discriminator, HasASecondDerivativeUnderMathAttention) {
  const MathAttention guard;
  auto discriminator = make_discriminator(tiny());
  discriminator->to(torch::kDouble);
  const auto images = torch::randn({2, 1, 8, 8}, torch::kDouble);
  const auto gradient_square = [&](const torch::Tensor& input) {
    const auto leaf = input.requires_grad() ? input : input.detach().requires_grad_(true);
    return torch::autograd::grad({discriminator->forward(leaf).sum()}, {leaf}, {}, true, true)[0]
        .square()
        .sum();
  };
  const auto direction = torch::randn_like(images);
  EXPECT_NEAR(directional_derivative(gradient_square, images, direction),
              directional_difference(gradient_square, images, direction), 1e-6);

  auto weight = discriminator->named_parameters()["blocks.0.attention.query_key_value"];
  const auto weight_direction = torch::randn_like(weight);
  const auto by_weight = torch::autograd::grad({gradient_square(images)}, {weight})[0];
  const auto start = weight.detach().clone();
  const auto at_step = [&](double step) {
    {
      const torch::NoGradGuard no_grad;
      weight.copy_(start + step * weight_direction);
    }
    return gradient_square(images).item<double>();
  };
  const double expected = (at_step(1e-5) - at_step(-1e-5)) / 2e-5;
  EXPECT_NEAR((by_weight * weight_direction).sum().item<double>(), expected, 1e-6 * std::abs(expected));
}

TEST(Discriminator, GivesFloatLogitsUnderAutocast) {
  auto discriminator = make_discriminator(tiny());
  const auto images = torch::randn({4, 1, 8, 8});
  const auto exact = discriminator->forward(images);
  at::autocast::set_autocast_enabled(at::kCPU, true);
  at::autocast::set_autocast_dtype(at::kCPU, at::kBFloat16);
  const auto logits = discriminator->forward(images);
  at::autocast::set_autocast_enabled(at::kCPU, false);
  at::autocast::clear_cache();
  EXPECT_EQ(logits.scalar_type(), torch::kFloat);
  EXPECT_FALSE(torch::equal(logits, exact));
  EXPECT_LT((logits - exact).abs().max().item<float>(), 0.05F);
}

// Gates start at 0.1 and not at 0, so the blocks behind them learn from the first step on.
TEST(Discriminator, SendsAGradientToEveryParameterFromTheStart) {
  auto discriminator = make_discriminator(tiny());
  discriminator->forward(torch::randn({4, 1, 8, 8})).sum().backward();
  for (const auto& parameter : discriminator->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().max().item<float>(), 0.0F) << parameter.key();
  }
}

TEST(Discriminator, NamesItsParametersAsCheckpointsKnowThem) {
  auto options = tiny();
  options.depth = 1;
  const std::vector<std::string> expected{"patch_projection",
                                          "class_token",
                                          "places",
                                          "logit_weight",
                                          "logit_bias",
                                          "stem.first.weight",
                                          "stem.first.bias",
                                          "stem.second.weight",
                                          "stem.second.bias",
                                          "blocks.0.gate_up",
                                          "blocks.0.down",
                                          "blocks.0.attention.query_key_value",
                                          "blocks.0.attention.query_key_scale",
                                          "blocks.0.attention.output",
                                          "scales.0",
                                          "gates.0"};
  EXPECT_EQ(make_discriminator(options)->named_parameters().keys(), expected);
}

TEST(Discriminator, IsDeterminedByTheSeed) {
  const auto images = torch::randn({2, 1, 8, 8});
  const auto logits = [&](int64_t seed) { return make_discriminator(tiny(), seed)->forward(images); };
  EXPECT_TRUE(torch::equal(logits(7), logits(7)));
  EXPECT_FALSE(torch::equal(logits(7), logits(8)));
}

}  // namespace
}  // namespace ganwright::discriminator_test
