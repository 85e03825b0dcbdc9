#include "models/attention.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>

#include <array>

#include "models/positions.h"
#include "models/rotary.h"

namespace ganwright::attention_test {
namespace {

constexpr int64_t width = 24;
constexpr int64_t heads = 3;

Attention make_attention() {
  torch::manual_seed(1);
  Attention attention(width, heads);
  attention->to(torch::kDouble);
  return attention;
}

// A table that turns nothing.
torch::Tensor no_positions(int64_t tokens) {
  return rotary_table(rotary_positions(tokens, {0, 0}), heads, width / heads);
}

TEST(Attention, WithoutPositionsFollowsAPermutationOfTheTokens) {
  auto attention = make_attention();
  const auto x = torch::randn({2, 7, width}, torch::kDouble);
  const auto order = torch::randperm(7);
  const auto output = attention->forward(x, no_positions(7), 7);
  const auto permuted = attention->forward(x.index_select(1, order), no_positions(7), 7);
  EXPECT_LT((output.index_select(1, order) - permuted).abs().max().item<double>(), 1e-13);
}

TEST(Attention, WithPositionsTellsPermutedTokensApart) {
  auto attention = make_attention();
  const auto table = rotary_table(rotary_positions(0, {3, 3}), heads, width / heads);
  const auto x = torch::randn({2, 9, width}, torch::kDouble);
  const auto output = attention->forward(x, table, 9);
  const auto permuted =
      attention->forward(x.index_select(1, torch::tensor({1, 0, 2, 3, 4, 5, 6, 7, 8})), table, 9);
  EXPECT_GT((output[0][0] - permuted[0][1]).abs().max().item<double>(), 1e-3);
}

TEST(Attention, TreatsEachPictureOfABatchAlone) {
  auto attention = make_attention();
  const auto table = rotary_table(rotary_positions(1, {2, 2}), heads, width / heads);
  const auto x = torch::randn({3, 5, width}, torch::kDouble);
  const auto alone = attention->forward(x.slice(0, 1, 2), table, 5);
  EXPECT_LT((attention->forward(x, table, 5).slice(0, 1, 2) - alone).abs().max().item<double>(), 1e-13);
}

TEST(Attention, OfEqualTokensIsTheirCommonValue) {
  auto attention = make_attention();
  const auto x = torch::randn({1, 1, width}, torch::kDouble);
  const auto one = attention->forward(x, no_positions(1), 1);
  const auto many = attention->forward(x.expand({1, 9, width}),
                                       rotary_table(rotary_positions(0, {3, 3}), heads, width / heads), 9);
  EXPECT_LT((many - one).abs().max().item<double>(), 1e-13);
}

TEST(Attention, OfTheFirstQueriesIsTheStartOfTheWhole) {
  auto attention = make_attention();
  const auto table = rotary_table(rotary_positions(1, {2, 2}), heads, width / heads);
  const auto x = torch::randn({3, 5, width}, torch::kDouble);
  const auto first = attention->forward(x, table, 2);
  ASSERT_EQ(first.size(1), 2);
  EXPECT_LT((attention->forward(x, table, 5).slice(1, 0, 2) - first).abs().max().item<double>(), 1e-13);
}

TEST(Attention, IgnoresTheLengthOfItsQueriesAndKeys) {
  auto attention = make_attention();
  const auto x = torch::randn({2, 7, width}, torch::kDouble);
  const auto before = attention->forward(x, no_positions(7), 7);
  {
    const torch::NoGradGuard no_grad;
    attention->named_parameters()["query_key_value"].slice(0, 0, 2 * width).mul_(1000);
  }
  EXPECT_LT((attention->forward(x, no_positions(7), 7) - before).abs().max().item<double>(), 1e-4);
}

std::array<bool, 4> switches() {
  const auto& context = at::globalContext();
  return {context.userEnabledFlashSDP(), context.userEnabledMemEfficientSDP(), context.userEnabledCuDNNSDP(),
          context.userEnabledMathSDP()};
}

constexpr std::array<bool, 4> only_math{false, false, false, true};

TEST(MathAttention, LeavesOnlyTheMathBackEndOnAndRestoresTheOthers) {
  const auto before = switches();
  ASSERT_NE(before, only_math);
  {
    const MathAttention guard;
    EXPECT_EQ(switches(), only_math);
    {
      const MathAttention inner;
    }
    EXPECT_EQ(switches(), only_math);
  }
  EXPECT_EQ(switches(), before);
}

TEST(MathAttention, RestoresSwitchesThatWereOff) {
  auto& context = at::globalContext();
  context.setSDPUseMemEfficient(false);
  const auto before = switches();
  try {
    const MathAttention guard;
    throw std::runtime_error("left by an exception");
  } catch (const std::runtime_error&) {
    EXPECT_EQ(switches(), before);
  }
  context.setSDPUseMemEfficient(true);
}

}  // namespace
}  // namespace ganwright::attention_test
