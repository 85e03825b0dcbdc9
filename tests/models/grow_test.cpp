#include "models/grow.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <ostream>
#include <string>
#include <vector>

#include "models/attention.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "models/grown_shape.h"
#include "models/model_error.h"

namespace ganwright {
namespace {

struct Case {
  ModelOptions options;
  int64_t width_factor;
  int64_t added;
};

// What GoogleTest shows of one.
void PrintTo(const Case& growth, std::ostream* out) {
  const ModelOptions& options = growth.options;
  *out << "width " << options.width << " by " << growth.width_factor << ", depth " << options.depth << " to "
       << growth.options.depth + growth.added << ", " << options.classes << " classes";
}

ParameterMap parameters_of(const torch::nn::Module& network) {
  ParameterMap parameters;
  for (const auto& item : network.named_parameters()) {
    parameters[item.key()] = item.value();
  }
  return parameters;
}

// Away from the start, where biases are zero and scales are one.
void disturb(torch::nn::Module& network) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& parameter : network.parameters()) {
    parameter.add_(torch::randn_like(parameter) * 0.1);
  }
}

// A pair with its averaged generator, and what it grows to.
struct GrownPair {
  explicit GrownPair(const Case& growth, torch::ScalarType type = torch::kDouble)
      : from(growth.options), to(grown(growth.options, growth.width_factor, growth.added)) {
    disturb(*small_generator);
    disturb(*small_average);
    disturb(*small_discriminator);
    for (torch::nn::Module* network : std::initializer_list<torch::nn::Module*>{
             small_generator.get(), small_average.get(), small_discriminator.get(), generator.get(),
             average.get(), discriminator.get()}) {
      network->to(type);
    }
    grow_generator(from, to, {parameters_of(*small_generator), parameters_of(*small_average)},
                   {parameters_of(*generator), parameters_of(*average)});
    grow_discriminator(from, to, parameters_of(*small_discriminator), parameters_of(*discriminator));
  }

  ModelOptions from;
  ModelOptions to;
  Generator small_generator{from};
  Generator small_average{from};
  Discriminator small_discriminator{from};
  Generator generator{to};
  Generator average{to};
  Discriminator discriminator{to};
};

torch::Tensor labels_for(const ModelOptions& options, int64_t count) {
  return options.classes > 0 ? torch::arange(count).remainder(options.classes) : torch::Tensor();
}

// Relative to the largest number, where that is above 1.
double largest_difference(const torch::Tensor& a, const torch::Tensor& b) {
  return (a - b).abs().max().item<double>() / std::max(1.0, a.abs().max().item<double>());
}

void expect_the_same_function(GrownPair& pair, torch::ScalarType type, double tolerance) {
  const torch::NoGradGuard no_grad;
  const auto labels = labels_for(pair.from, 5);
  const auto z = torch::randn({5, pair.from.latent}, type);
  const auto pictures = pair.small_generator->forward(z, labels);
  EXPECT_LT(largest_difference(pictures, pair.generator->forward(z, labels)), tolerance);
  EXPECT_LT(largest_difference(pair.small_average->forward(z, labels), pair.average->forward(z, labels)),
            tolerance);
  EXPECT_LT(largest_difference(pair.small_discriminator->forward(pictures, labels),
                               pair.discriminator->forward(pictures, labels)),
            tolerance);
}

// Head size 8; hidden widths 64 and, of 16, 48, of which twice is more than the 88 of width 32.
const ModelOptions even{
    .size = 8, .channels = 1, .patch = 4, .width = 24, .depth = 3, .heads = 3, .latent = 6};
const ModelOptions uneven{.size = 8,
                          .channels = 3,
                          .patch = 4,
                          .width = 16,
                          .depth = 2,
                          .heads = 2,
                          .latent = 6,
                          .latent_tokens = 3};

ModelOptions conditional(ModelOptions options) {
  options.classes = 3;
  return options;
}

ModelOptions with_attention(ModelOptions options, AttentionPattern attention) {
  options.attention = attention;
  return options;
}

ModelOptions with_positions(ModelOptions options, PositionScheme positions) {
  options.positions = positions;
  return options;
}

ModelOptions without_convolutions(ModelOptions options) {
  options.readout_channels = options.stem_channels = 0;
  options.output_activation = OutputActivation::none;
  return options;
}

ModelOptions with_latent_maps(ModelOptions options) {
  options.latent_maps = 5;
  return options;
}

ModelOptions of_depth(ModelOptions options, int64_t depth) {
  options.depth = depth;
  return options;
}

const std::vector<Case> cases{
    {even, 2, 0},
    {even, 3, 0},
    {uneven, 2, 0},
    {uneven, 3, 0},
    {uneven, 5, 0},
    {conditional(uneven), 2, 0},
    {conditional(even), 3, 0},
    {even, 1, 1},
    {even, 1, 4},
    {uneven, 1, 1},
    {uneven, 1, 6},
    {of_depth(even, 1), 1, 1},
    {of_depth(even, 1), 1, 5},
    {of_depth(even, 5), 1, 1},
    {conditional(even), 1, 3},
    {conditional(of_depth(uneven, 1)), 1, 3},
    {even, 2, 3},
    {uneven, 2, 1},
    {conditional(of_depth(uneven, 4)), 2, 1},
    {with_positions(with_attention(even, AttentionPattern::causal), PositionScheme::rope_tie), 2, 3},
    {with_attention(uneven, AttentionPattern::alternating_heads), 3, 2},
    {with_attention(even, AttentionPattern::alternating_layers), 2, 1},
    {with_attention(uneven, AttentionPattern::alternating_layers), 1, 4},
    {without_convolutions(uneven), 2, 1},
    {with_latent_maps(even), 3, 2},
};

class Grow : public testing::TestWithParam<Case> {
 protected:
  Grow() { torch::manual_seed(1); }
};

TEST_P(Grow, KeepsTheFunctionOfGeneratorAverageAndDiscriminator) {
  GrownPair pair(GetParam());
  expect_the_same_function(pair, torch::kDouble, 1e-10);
}

TEST_P(Grow, KeepsItInSinglePrecisionFusedAndNot) {
  GrownPair pair(GetParam(), torch::kFloat);
  expect_the_same_function(pair, torch::kFloat, 2e-5);
  const MathAttention composed;
  expect_the_same_function(pair, torch::kFloat, 2e-5);
}

INSTANTIATE_TEST_SUITE_P(All, Grow, testing::ValuesIn(cases), [](const auto& test) {
  return std::to_string(test.index) + "_width_by_" + std::to_string(test.param.width_factor) + "_depth_" +
         std::to_string(test.param.options.depth) + "_and_" + std::to_string(test.param.added);
});

// With other noise or other new blocks the average would be one of networks that do not match.
TEST(GrownPair, LetsAnAverageThatEqualsTheGeneratorEqualIt) {
  torch::manual_seed(1);
  const ModelOptions to = grown(conditional(even), 2, 3);
  const Generator small(conditional(even));
  const Generator generator(to);
  const Generator average(to);
  grow_generator(conditional(even), to, {parameters_of(*small), parameters_of(*small)},
                 {parameters_of(*generator), parameters_of(*average)});
  for (const auto& item : generator->named_parameters()) {
    EXPECT_TRUE(torch::equal(item.value(), average->named_parameters()[item.key()])) << item.key();
  }
}

TEST(GrownWidth, KeepsTheSizeThatALayerOfThatWidthStartsWith) {
  torch::manual_seed(1);
  const Case growth{{.size = 8, .channels = 1, .patch = 4, .width = 96, .depth = 1, .heads = 4}, 2, 0};
  Generator small(growth.options);
  const ModelOptions to = grown(growth.options, 2, 0);
  Generator large(to);
  const auto size = [](const Generator& network, const std::string& name) {
    return network->named_parameters()[name].square().mean().sqrt().item<double>();
  };
  for (const char* name : {"mapping.1.weight", "blocks.0.attention.query_key_value", "blocks.0.gate_up",
                           "blocks.0.attention.output", "blocks.0.down", "outputs.0.weight"}) {
    const double at_start = size(large, name);
    grow_generator(growth.options, to, {parameters_of(*small)}, {parameters_of(*large)});
    EXPECT_NEAR(size(large, name) / at_start, 1, 0.05) << name;
    large = Generator(to);
  }
}

// The share of the copies of hidden units that a first step of Adam, which follows the signs of the
// gradients, moves another way than the unit that they are copies of.
double share_moved_apart(const torch::Tensor& gate_up_gradient, int64_t old_width) {
  const auto gates = gate_up_gradient.chunk(2)[0].narrow(1, 0, old_width).sign();
  const int64_t count = hidden_width(old_width);
  const auto copies = gates.slice(0, count);
  return (copies != gates.narrow(0, 0, copies.size(0))).to(torch::kDouble).mean().item<double>();
}

void descend(GrownPair& pair) {
  const auto pictures = pair.generator->forward(torch::randn({8, pair.from.latent}, torch::kDouble));
  (pictures * torch::randn_like(pictures)).sum().backward();
  pair.discriminator->forward(pictures.detach()).pow(2).sum().backward();
}

TEST(GrownWidth, MovesTheCopiesApartInTheFirstStep) {
  torch::manual_seed(1);
  GrownPair pair({even, 2, 0});
  descend(pair);
  for (const torch::nn::Module* network :
       std::initializer_list<const torch::nn::Module*>{pair.generator.get(), pair.discriminator.get()}) {
    const auto gradient = network->named_parameters()["blocks.0.gate_up"].grad();
    EXPECT_GT(share_moved_apart(gradient, even.width), 0.1);
  }
}

// Growing twice before a step: the output projections are zero then, and shares of zero would be equal.
TEST(GrownWidth, MovesTheCopiesInABlockThatHasNotLearnedApartToo) {
  torch::manual_seed(1);
  GrownPair deep({uneven, 1, 2});
  const ModelOptions to = grown(deep.to, 2, 0);
  Generator wide(to);
  wide->to(torch::kDouble);
  grow_generator(deep.to, to, {parameters_of(*deep.generator)}, {parameters_of(*wide)});
  const auto z = torch::randn({8, to.latent}, torch::kDouble);
  const auto pictures = wide->forward(z);
  EXPECT_LT(largest_difference(deep.generator->forward(z), pictures), 1e-10);
  (pictures * torch::randn_like(pictures)).sum().backward();
  const auto blocks = grown_generator_blocks(deep.from, 2);
  const auto new_block = std::find(blocks.begin(), blocks.end(), std::nullopt) - blocks.begin();
  const auto gradient = wide->named_parameters()["blocks." + std::to_string(new_block) + ".gate_up"].grad();
  EXPECT_GT(share_moved_apart(gradient, deep.to.width), 0.1);
}

TEST(GrownDepth, NewBlocksAreTheIdentityAndLearnFromTheFirstStep) {
  torch::manual_seed(1);
  GrownPair pair({even, 1, 3});
  descend(pair);
  const auto check = [](const torch::nn::Module& network, const BlockSources& blocks) {
    int64_t count = 0;
    for (size_t place = 0; place < blocks.size(); ++place) {
      for (const char* output : {".attention.output", ".down"}) {
        const auto weight = network.named_parameters()["blocks." + std::to_string(place) + output];
        const bool is_new = !blocks[place];
        EXPECT_EQ(weight.abs().max().item<double>() == 0, is_new) << place << output;
        EXPECT_GT(weight.grad().abs().max().item<double>(), 0) << place << output;
        count += is_new ? 1 : 0;
      }
    }
    EXPECT_EQ(count, 6);
  };
  check(*pair.generator, grown_generator_blocks(even, 3));
  check(*pair.discriminator, grown_discriminator_blocks(even, 3));
}

TEST(GrownPair, RefusesNetworksOfOtherShapes) {
  Generator small(even);
  Discriminator discriminator(even);
  const ModelOptions to = grown(even, 2, 3);
  Generator large(to);
  Generator deeper(grown(even, 2, 4));
  Generator wider(grown(even, 3, 3));
  const auto into = [&](const torch::nn::Module& from, const torch::nn::Module& network) {
    grow_generator(even, to, {parameters_of(from)}, {parameters_of(network)});
  };
  EXPECT_NO_THROW(into(*small, *large));
  EXPECT_THROW(into(*small, *deeper), ModelError);
  EXPECT_THROW(into(*small, *wider), ModelError);
  EXPECT_THROW(into(*discriminator, *large), ModelError);
}

}  // namespace
}  // namespace ganwright
