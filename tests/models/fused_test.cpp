#include "models/fused.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <array>
#include <functional>
#include <numeric>
#include <optional>
#include <vector>

#include "models/attention.h"
#include "models/gated_residual.h"
#include "models/model_error.h"
#include "models/modulated_norm.h"
#include "models/positions.h"
#include "models/rms_norm.h"
#include "models/rotary.h"
#include "models/rotary_attention.h"
#include "models/swiglu.h"

namespace ganwright::fused_test {
namespace {

using Tensors = std::vector<torch::Tensor>;
using Operation = std::function<Tensors(const Tensors&)>;

// Outputs, then the gradients of all inputs, of a sum of the outputs with fixed random weights.
Tensors outputs_and_gradients(const Operation& operation, const Tensors& inputs) {
  Tensors leaves;
  for (const torch::Tensor& input : inputs) {
    leaves.push_back(input.detach().requires_grad_(true));
  }
  Tensors found = operation(leaves);
  torch::manual_seed(99);
  torch::Tensor sum = torch::zeros({});
  for (const torch::Tensor& output : found) {
    sum = sum + (output * torch::randn(output.sizes())).sum();
  }
  for (const torch::Tensor& gradient : torch::autograd::grad({sum}, leaves)) {
    found.push_back(gradient);
  }
  return found;
}

// Holds the fused operation against the composed one.
void expect_same(const Operation& operation, const Tensors& inputs, double tolerance = 1e-5) {
  const Tensors fused = outputs_and_gradients(operation, inputs);
  std::optional<MathAttention> composing(std::in_place);
  const Tensors composed = outputs_and_gradients(operation, inputs);
  composing.reset();
  ASSERT_EQ(fused.size(), composed.size());
  for (size_t i = 0; i < fused.size(); ++i) {
    ASSERT_EQ(fused[i].sizes(), composed[i].sizes());
    EXPECT_EQ(fused[i].scalar_type(), composed[i].scalar_type());
    const double difference = (fused[i] - composed[i]).norm().item<double>();
    EXPECT_LE(difference, tolerance * composed[i].norm().item<double>() + 1e-30) << "result " << i;
  }
}

// Every other number of a larger tensor.
torch::Tensor with_gaps(at::IntArrayRef sizes) {
  std::vector<int64_t> larger = sizes.vec();
  larger.push_back(2);
  return torch::randn(larger).select(-1, 0);
}

struct Shape {
  int64_t images, tokens, width;
};
const std::vector<Shape> shapes{{1, 1, 1}, {1, 1, 8}, {3, 5, 7}, {2, 9, 33}, {4, 17, 96}, {40, 65, 20}};

TEST(ModulatedNorm, IsThatOfComposedOperations) {
  torch::manual_seed(1);
  const Operation operation = [](const Tensors& x) {
    const auto [stream, normalized] = modulated_norm(x[0], x[1]);
    return Tensors{stream * 1.5, normalized};
  };
  for (const auto& [images, tokens, width] : shapes) {
    const auto x = torch::randn({images, tokens, width}) * 3;
    expect_same(operation, {x, torch::randn({width})});
    expect_same(operation, {x, torch::randn({images, 1, width})});
    expect_same(operation, {with_gaps({images, tokens, width}), with_gaps({images, 1, width})});
    // As a generator's modulation comes: a part of a longer vector.
    expect_same([&](const Tensors& y) { return operation({y[0], y[1].chunk(4, -1)[2]}); },
                {x, torch::randn({images, 1, 4 * width})});
  }
}

TEST(ModulatedNorm, PassesOnTheGradientOfTheStreamAlone) {
  torch::manual_seed(2);
  const auto x = torch::randn({2, 3, 8}, torch::requires_grad());
  const auto scale = torch::ones({8}, torch::requires_grad());
  const auto stream = modulated_norm(x, scale).first;
  const auto gradients = torch::autograd::grad({stream.sum()}, {x, scale}, {}, false, false, true);
  EXPECT_TRUE(torch::equal(gradients[0], torch::ones_like(x)));
  EXPECT_FALSE(gradients[1].defined());
}

TEST(RmsNormalize, IsThatOfComposedOperationsInAnyNumberOfDimensions) {
  torch::manual_seed(3);
  const Operation operation = [](const Tensors& x) { return Tensors{rms_normalize(x[0])}; };
  for (const std::vector<int64_t>& sizes :
       std::vector<std::vector<int64_t>>{{5}, {3, 11}, {2, 3, 24}, {2, 3, 4, 6}}) {
    expect_same(operation, {torch::randn(sizes)});
  }
}

TEST(GatedResidual, IsThatOfComposedOperations) {
  torch::manual_seed(4);
  const Operation operation = [](const Tensors& x) { return Tensors{gated_residual(x[0], x[1], x[2])}; };
  for (const auto& [images, tokens, width] : shapes) {
    const auto x = torch::randn({images, tokens, width});
    const auto y = torch::randn({images, tokens, width});
    expect_same(operation, {x, y, torch::randn({width})});
    expect_same(operation, {x, y, torch::randn({images, 1, width})});
    expect_same(operation,
                {with_gaps({images, tokens, width}), with_gaps({images, tokens, width}), with_gaps({width})});
  }
}

TEST(SwiGlu, IsThatOfComposedOperations) {
  torch::manual_seed(5);
  const Operation operation = [](const Tensors& x) { return Tensors{swiglu(x[0])}; };
  for (const auto& [images, tokens, width] : shapes) {
    expect_same(operation, {torch::randn({images, tokens, 2 * width}) * 4});
    expect_same(operation, {with_gaps({images, tokens, 2 * width})});
  }
}

TEST(SwiGlu, IsFiniteWhereExponentialsAreNot) {
  const auto x = torch::tensor({{-1e4F, -200.0F, -90.0F, -87.5F, 90.0F, 1e4F, 0.0F, -0.0F, 1.0F, 1.0F, 1.0F,
                                 1.0F, 1.0F, 1.0F, 1.0F, 1.0F}});
  const Operation operation = [](const Tensors& y) { return Tensors{swiglu(y[0])}; };
  expect_same(operation, {x}, 1e-6);
  EXPECT_TRUE(torch::isfinite(swiglu(x)).all().item<bool>());
  EXPECT_TRUE(torch::isnan(swiglu(torch::full({1, 2}, std::nan("")))).all().item<bool>());
}

TEST(RotaryAttention, IsThatOfComposedOperations) {
  torch::manual_seed(6);
  struct Heads {
    int64_t images, leading, side, heads, head_size;
  };
  for (const auto& [images, leading, side, heads, head_size] : std::vector<Heads>{
           {1, 1, 0, 1, 4}, {2, 1, 2, 3, 8}, {3, 4, 3, 2, 20}, {2, 1, 8, 2, 64}, {1, 0, 13, 1, 24}}) {
    const int64_t tokens = leading + side * side;
    const auto table =
        rotary_table(rotary_positions(leading, {side, side}), heads, head_size).to(torch::kFloat);
    const auto scale = torch::randn({2, 1, head_size / 2, 1}) + 1;
    for (const int64_t queries : {tokens, int64_t{1}}) {
      const Operation operation = [&](const Tensors& x) {
        return Tensors{rotary_attention(x[0], x[1], table, queries)};
      };
      expect_same(operation, {torch::randn({images, tokens, 3 * heads * head_size}), scale}, 2e-5);
      expect_same(operation, {with_gaps({images, tokens, 3 * heads * head_size}), scale}, 2e-5);
    }
  }
}

// One tile of queries, and several, whose keys begin and end elsewhere.
TEST(RotaryAttention, IsThatOfComposedOperationsInEveryDirection) {
  torch::manual_seed(9);
  constexpr int64_t images = 2;
  constexpr int64_t heads = 2;
  for (const auto& [leading, side, head_size] :
       std::vector<std::array<int64_t, 3>>{{1, 0, 4}, {4, 3, 20}, {1, 12, 8}, {2, 13, 12}}) {
    const int64_t tokens = leading + side * side;
    const auto table =
        rotary_table(rotary_positions(leading, {side, side}), heads, head_size).to(torch::kFloat);
    const auto scale = torch::randn({2, 1, head_size / 2, 1}) + 1;
    for (const Direction direction :
         {Direction::forward, Direction::backward, Direction::alternating_heads}) {
      for (const int64_t queries : {tokens, int64_t{1}, (tokens + 1) / 2}) {
        expect_same(
            [&](const Tensors& x) {
              return Tensors{rotary_attention(x[0], x[1], table, queries, direction)};
            },
            {torch::randn({images, tokens, 3 * heads * head_size}), scale}, 2e-5);
      }
    }
  }
}

TEST(RotaryAttention, IsFiniteForScoresOfHundreds) {
  torch::manual_seed(7);
  const auto table = rotary_table(rotary_positions(1, {2, 2}), 1, 8).to(torch::kFloat);
  const Operation operation = [&](const Tensors& x) {
    return Tensors{rotary_attention(x[0], x[1], table, 5)};
  };
  expect_same(operation, {torch::randn({2, 5, 24}), torch::full({2, 1, 4, 1}, 10.0F)}, 1e-4);
}

TEST(Fused, RefusesASecondDerivativeInsteadOfLeavingItOut) {
  const auto table = rotary_table(rotary_positions(1, {1, 1}), 1, 4).to(torch::kFloat);
  const std::vector<Operation> operations{
      [](const Tensors& x) { return Tensors{modulated_norm(x[0], torch::ones({12})).second}; },
      [](const Tensors& x) { return Tensors{rms_normalize(x[0])}; },
      [](const Tensors& x) { return Tensors{gated_residual(x[0], x[0], torch::ones({12}))}; },
      [](const Tensors& x) { return Tensors{swiglu(x[0])}; },
      [&](const Tensors& x) { return Tensors{rotary_attention(x[0], torch::ones({2, 1, 2, 1}), table, 2)}; }};
  for (const Operation& operation : operations) {
    const auto x = torch::randn({1, 2, 12}, torch::requires_grad());
    const auto gradient =
        torch::autograd::grad({operation({x})[0].square().sum()}, {x}, {}, true, /*create_graph=*/true)[0];
    EXPECT_THROW(torch::autograd::grad({gradient.square().sum()}, {x}), c10::Error);
    const MathAttention composing;
    const auto other =
        torch::autograd::grad({operation({x})[0].square().sum()}, {x}, {}, true, /*create_graph=*/true)[0];
    EXPECT_NO_THROW(torch::autograd::grad({other.square().sum()}, {x}));
  }
}

TEST(Fused, RefusesAScaleOfAnotherShape) {
  const auto x = torch::randn({2, 3, 8});
  EXPECT_THROW(modulated_norm(x, torch::ones({7})), ModelError);
  EXPECT_THROW(modulated_norm(x, torch::ones({3, 1, 8})), ModelError);
  EXPECT_THROW(gated_residual(x, x, torch::ones({2, 3, 8})), ModelError);
}

TEST(ForRanges, CoversEachNumberOnce) {
  for (const int64_t count : {0, 1, 7, 1000}) {
    std::vector<int> seen(static_cast<size_t>(count));
    for_ranges(count, 3, [&](int64_t begin, int64_t end) {
      for (int64_t i = begin; i < end; ++i) {
        ++seen[static_cast<size_t>(i)];
      }
    });
    EXPECT_EQ(seen, std::vector<int>(static_cast<size_t>(count), 1));
  }
}

TEST(Fused, InBfloat16IsWithinItsRoundingOfFloat32) {
  torch::manual_seed(8);
  const auto table = rotary_table(rotary_positions(1, {2, 2}), 2, 8).to(torch::kFloat);
  const auto narrow = [](const torch::Tensor& x) { return x.to(torch::kBFloat16); };
  const std::vector<std::pair<Operation, Tensors>> cases{
      {[](const Tensors& x) { return Tensors{swiglu(x[0])}; }, {torch::randn({2, 5, 22})}},
      {[](const Tensors& x) {
         return Tensors{gated_residual(torch::ones({2, 5, 11}), x[0], torch::ones({11}))};
       },
       {torch::randn({2, 5, 11})}},
      {[&](const Tensors& x) { return Tensors{rotary_attention(x[0], torch::ones({2, 1, 4, 1}), table, 5)}; },
       {torch::randn({2, 5, 48})}}};
  for (const auto& [operation, inputs] : cases) {
    const Tensors rounded{narrow(inputs[0]).to(torch::kFloat)};
    const Tensors expected = outputs_and_gradients(operation, rounded);
    const Tensors found = outputs_and_gradients(
        [&, run = operation](const Tensors& x) { return run({narrow(x[0])}); }, rounded);
    for (size_t i = 0; i < found.size(); ++i) {
      EXPECT_LT((found[i] - expected[i]).norm().item<double>(), 0.02 * expected[i].norm().item<double>());
    }
  }
}

}  // namespace
}  // namespace ganwright::fused_test
