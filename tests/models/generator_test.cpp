#include "models/generator.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "models/attention.h"
#include "models/model_error.h"
#include "tests/support/finite_difference.h"

namespace ganwright::generator_test {
namespace {

ModelOptions tiny() {
  return {.size = 8,
          .channels = 1,
          .patch = 4,
          .width = 16,
          .depth = 2,
          .heads = 2,
          .latent = 6,
          .latent_tokens = 2};
}

Generator make_generator(const ModelOptions& options, int64_t seed = 1) {
  torch::manual_seed(seed);
  return Generator(options);
}

TEST(Generator, MakesPicturesOfEveryShape) {
  for (const int64_t channels : {1, 3}) {
    for (const auto& [size, patch] : {std::pair<int64_t, int64_t>{8, 8}, {8, 1}, {28, 4}, {32, 4}, {30, 5}}) {
      auto options = tiny();
      options.size = size;
      options.patch = patch;
      options.channels = channels;
      const auto pictures = make_generator(options)->forward(torch::randn({3, options.latent}));
      EXPECT_EQ(pictures.sizes(), (std::vector<int64_t>{3, channels, size, size}));
      EXPECT_EQ(pictures.scalar_type(), torch::kFloat);
    }
  }
}

TEST(Generator, OfAnyDepthReadsItsLastBlock) {
  for (const int64_t depth : {1, 2, 3, 4, 5, 9}) {
    auto options = tiny();
    options.depth = depth;
    auto generator = make_generator(options);
    generator->forward(torch::randn({2, options.latent})).square().sum().backward();
    const auto gradient =
        generator->named_parameters()["blocks." + std::to_string(depth - 1) + ".down"].grad();
    ASSERT_TRUE(gradient.defined()) << depth;
    EXPECT_GT(gradient.abs().max().item<float>(), 0.0F) << depth;
  }
}

TEST(Generator, RefusesLatentsThatDoNotFit) {
  auto generator = make_generator(tiny());
  EXPECT_THROW(generator->forward(torch::randn({2, 5})), ModelError);
  EXPECT_THROW(generator->forward(torch::randn({6})), ModelError);
  EXPECT_THROW(generator->forward(torch::ones({2, 6}, torch::kLong)), ModelError);
  try {
    generator->forward(torch::randn({2, 5}));
  } catch (const ModelError& error) {
    EXPECT_STREQ(
        error.what(),
        "latents of shape [2, 5] and type Float do not fit the generator: give floating-point [batch, 6]");
  }
}

TEST(Generator, RefusesOptionsThatDoNotValidate) {
  auto options = tiny();
  options.patch = 3;
  EXPECT_THROW(Generator{options}, ModelError);
}

TEST(Generator, StartsWithPicturesInRangeThatDependOnTheLatent) {
  const ModelOptions options{.size = 28, .channels = 1};
  for (const int64_t seed : {1, 2, 3}) {
    const torch::NoGradGuard no_grad;
    auto generator = make_generator(options, seed);
    const auto pictures = generator->forward(torch::randn({64, options.latent}));
    const auto deviation = pictures.std().item<double>();
    EXPECT_GT(deviation, 0.3);
    EXPECT_LT(deviation, 1.0);
    EXPECT_GT(pictures.std(0).mean().item<double>(), 0.1);
  }
}

TEST(Generator, SeesTheDirectionOfTheLatentOnly) {
  auto generator = make_generator(tiny());
  generator->to(torch::kDouble);
  const auto z = torch::randn({2, 6}, torch::kDouble);
  EXPECT_LT((generator->forward(z) - generator->forward(3 * z)).abs().max().item<double>(), 1e-5);
  EXPECT_GT((generator->forward(z) - generator->forward(-z)).abs().max().item<double>(), 1e-2);
}

TEST(Generator, MakesEachPictureOfABatchAlone) {
  auto generator = make_generator(tiny());
  generator->to(torch::kDouble);
  const auto z = torch::randn({3, 6}, torch::kDouble);
  const auto alone = generator->forward(z.slice(0, 1, 2));
  EXPECT_LT((generator->forward(z).slice(0, 1, 2) - alone).abs().max().item<double>(), 1e-12);
}

// The gradient of the last patch in the token of the first, and the reverse.
TEST(Generator, ThatIsCausalDrawsNoPatchFromALaterOne) {
  auto options = tiny();
  options.depth = 3;
  const auto influence = [&](AttentionPattern pattern, bool of_the_first_on_the_last) {
    options.attention = pattern;
    auto generator = make_generator(options);
    const auto pictures = generator->forward(torch::randn({1, options.latent}));
    // Out of the reach of the read-out, which sees two pixels of the neighbors.
    const auto patch = of_the_first_on_the_last ? pictures[0][0].slice(0, 6).slice(1, 6)
                                                : pictures[0][0].slice(0, 0, 2).slice(1, 0, 2);
    const auto tokens = generator->named_parameters()["patch_tokens"];
    const auto gradient = torch::autograd::grad({patch.sum()}, {tokens})[0];
    return gradient[of_the_first_on_the_last ? 0 : 3].abs().max().item<float>();
  };
  EXPECT_EQ(influence(AttentionPattern::causal, false), 0.0F);
  EXPECT_GT(influence(AttentionPattern::causal, true), 0.0F);
  for (const AttentionPattern pattern : {AttentionPattern::bidirectional, AttentionPattern::alternating_heads,
                                         AttentionPattern::alternating_layers}) {
    EXPECT_GT(influence(pattern, false), 0.0F);
    EXPECT_GT(influence(pattern, true), 0.0F);
  }
}

TEST(Generator, ResizedToTheTrainedGridDrawsTheSamePictures) {
  for (const auto& [name, scheme] : position_scheme_names) {
    auto options = tiny();
    options.width = 32;
    options.positions = scheme;
    auto generator = make_generator(options);
    const auto z = torch::randn({2, options.latent});
    const auto before = generator->forward(z);
    for (const auto& [method_name, method] : resize_names) {
      generator->resize({4, 6}, method);
      EXPECT_FALSE(torch::equal(generator->forward(z).slice(2, 0, 8).slice(3, 0, 8), before));
      generator->resize({2, 2}, method);
      EXPECT_TRUE(torch::equal(generator->forward(z), before)) << name << ", " << method_name;
    }
  }
}

TEST(Generator, ResizesItsLatentMapsWithTheGrid) {
  auto options = tiny();
  options.latent_maps = 3;
  auto generator = make_generator(options);
  const auto z = torch::randn({2, options.latent});
  const auto before = generator->forward(z);
  generator->resize({4, 6}, Resize::none);
  EXPECT_TRUE(torch::isfinite(generator->forward(z)).all().item<bool>());
  generator->resize({2, 2}, Resize::none);
  EXPECT_TRUE(torch::equal(generator->forward(z), before));
}

// Where blocks add nothing, patches see the latent through the maps alone.
TEST(Generator, LatentMapsCarryTheLatentToPatchesBeforeTheFirstBlock) {
  auto options = tiny();
  const auto depends_on_latent = [&] {
    auto generator = make_generator(options);
    const torch::NoGradGuard no_grad;
    for (const auto& item : generator->named_parameters()) {
      if (item.key().ends_with("attention.output") || item.key().ends_with("down")) {
        item.value().zero_();
      }
    }
    const auto pictures = generator->forward(torch::randn({2, options.latent}));
    return (pictures[0] - pictures[1]).abs().max().item<float>() > 1e-3;
  };
  EXPECT_FALSE(depends_on_latent());
  options.latent_maps = 3;
  EXPECT_TRUE(depends_on_latent());
}

TEST(Generator, DrawsPicturesOfAnyGrid) {
  for (const auto& [name, scheme] : position_scheme_names) {
    auto options = tiny();
    options.width = 32;
    options.positions = scheme;
    auto generator = make_generator(options);
    for (const auto& [method_name, method] : resize_names) {
      for (const PatchGrid& grid : {PatchGrid{4, 4}, {1, 3}, {5, 2}, {1, 1}}) {
        generator->resize(grid, method);
        EXPECT_EQ(generator->tokens(), options.latent_tokens + grid.count());
        const auto pictures = generator->forward(torch::randn({3, options.latent}));
        EXPECT_EQ(pictures.sizes(), (std::vector<int64_t>{3, 1, 4 * grid.rows, 4 * grid.columns}));
        EXPECT_TRUE(torch::isfinite(pictures).all().item<bool>()) << name << ", " << method_name;
      }
    }
  }
}

TEST(Generator, RefusesAGridThatIsEmptyOrTooLarge) {
  auto generator = make_generator(tiny());
  EXPECT_THROW(generator->resize({0, 4}, Resize::none), ModelError);
  EXPECT_THROW(generator->resize({1000, 1000}, Resize::none), ModelError);
}

TEST(Generator, TruncatedDrawsLatentsTowardTheirMean) {
  const torch::NoGradGuard no_grad;
  auto generator = make_generator(tiny());
  const torch::Tensor latents = torch::randn({64, tiny().latent});
  const torch::Tensor whole = generator->forward(latents);
  const auto spread = [&](double share) {
    generator->truncate(share, latents);
    return generator->forward(latents).std(0).mean().item<double>();
  };
  EXPECT_LT(spread(0), 1e-6);
  EXPECT_LT(spread(0.3), 0.5 * spread(0.7));
  EXPECT_LT(spread(0.7), 0.9 * spread(1));
  generator->truncate(1, latents);
  EXPECT_TRUE(torch::equal(generator->forward(latents), whole));
}

TEST(Generator, TruncatedKeepsClassesApart) {
  const torch::NoGradGuard no_grad;
  auto options = tiny();
  options.classes = 2;
  auto generator = make_generator(options);
  generator->truncate(0, torch::randn({64, options.latent}));
  const torch::Tensor pictures =
      generator->forward(torch::randn({4, options.latent}), torch::tensor({0, 1, 0, 1}, torch::kInt64));
  EXPECT_TRUE(torch::allclose(pictures[0], pictures[2]));
  EXPECT_TRUE(torch::allclose(pictures[1], pictures[3]));
  EXPECT_FALSE(torch::allclose(pictures[0], pictures[1], 1e-2, 1e-2));
}

TEST(Generator, HasTheDerivativeOfFiniteDifferences) {
  auto generator = make_generator(tiny());
  generator->to(torch::kDouble);
  const auto z = torch::randn({2, 6}, torch::kDouble);
  const auto direction = torch::randn_like(z);
  const auto weight = torch::randn({2, 1, 8, 8}, torch::kDouble);
  const auto value = [&](const torch::Tensor& input) { return (generator->forward(input) * weight).sum(); };
  EXPECT_NEAR(directional_derivative(value, z, direction), directional_difference(value, z, direction), 1e-7);
}

TEST(Generator, HasASecondDerivativeUnderMathAttention) {
  const MathAttention guard;
  auto generator = make_generator(tiny());
  generator->to(torch::kDouble);
  const auto z = torch::randn({2, 6}, torch::kDouble);
  const auto direction = torch::randn_like(z);
  const auto gradient_square = [&](const torch::Tensor& input) {
    const auto leaf = input.requires_grad() ? input : input.detach().requires_grad_(true);
    return torch::autograd::grad({generator->forward(leaf).square().sum()}, {leaf}, {}, true, true)[0]
        .square()
        .sum();
  };
  const double expected = directional_difference(gradient_square, z, direction);
  EXPECT_NEAR(directional_derivative(gradient_square, z, direction), expected,
              1e-5 * std::abs(expected) + 1e-7);
}

// Gates start near 0.1 and not at 0, so the blocks behind them learn from the first step on.
TEST(Generator, SendsAGradientToEveryParameterFromTheStart) {
  auto generator = make_generator(tiny());
  generator->forward(torch::randn({4, 6})).pow(3).sum().backward();
  for (const auto& parameter : generator->named_parameters()) {
    ASSERT_TRUE(parameter.value().grad().defined()) << parameter.key();
    EXPECT_GT(parameter.value().grad().abs().max().item<float>(), 0.0F) << parameter.key();
  }
}

TEST(Generator, NamesItsParametersAsCheckpointsKnowThem) {
  auto options = tiny();
  options.depth = 1;
  const std::vector<std::string> expected{"patch_tokens",
                                          "mapping.0.weight",
                                          "mapping.0.bias",
                                          "mapping.1.weight",
                                          "mapping.1.bias",
                                          "latent_tokens.weight",
                                          "latent_tokens.bias",
                                          "modulations.0.weight",
                                          "modulations.0.bias",
                                          "blocks.0.gate_up",
                                          "blocks.0.down",
                                          "blocks.0.attention.query_key_value",
                                          "blocks.0.attention.query_key_scale",
                                          "blocks.0.attention.output",
                                          "outputs.0.weight",
                                          "outputs.0.bias",
                                          "readout.maps.weight",
                                          "readout.maps.bias",
                                          "readout.smooth.weight",
                                          "readout.smooth.bias",
                                          "readout.paint.weight",
                                          "readout.paint.bias"};
  EXPECT_EQ(make_generator(options)->named_parameters().keys(), expected);
}

TEST(Generator, IsDeterminedByTheSeed) {
  const auto first = make_generator(tiny(), 7)->parameters();
  const auto again = make_generator(tiny(), 7)->parameters();
  const auto other = make_generator(tiny(), 8)->parameters();
  bool other_differs = false;
  for (size_t i = 0; i < first.size(); ++i) {
    EXPECT_TRUE(torch::equal(first[i], again[i]));
    other_differs = other_differs || !torch::equal(first[i], other[i]);
  }
  EXPECT_TRUE(other_differs);
}

}  // namespace
}  // namespace ganwright::generator_test
