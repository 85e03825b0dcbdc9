#include "models/rotary.h"

#include <gtest/gtest.h>

#include <cmath>

#include "models/positions.h"

namespace ganwright::rotary_test {
namespace {

constexpr int64_t leading = 2;
constexpr int64_t side = 5;
constexpr int64_t heads = 3;
constexpr int64_t head_size = 8;

torch::Tensor table_of_a_square() {
  return rotary_table(rotary_positions(leading, {side, side}), heads, head_size);
}

// The product of a query and a key placed at each pair of tokens: [heads, tokens, tokens].
torch::Tensor scores_of_one_query_and_key_everywhere() {
  torch::manual_seed(1);
  const auto table = table_of_a_square();
  const auto query = torch::randn({1, heads, head_size}, torch::kDouble).expand({table.size(0), -1, -1});
  const auto key = torch::randn({1, heads, head_size}, torch::kDouble).expand({table.size(0), -1, -1});
  return at::matmul(rotate(query, table).transpose(0, 1), rotate(key, table).permute({1, 2, 0}));
}

int64_t token(int64_t row, int64_t column) {
  return leading + row * side + column;
}

TEST(Rotary, ScoresOfPatchesDependOnTheOffsetOnly) {
  const auto scores = scores_of_one_query_and_key_everywhere();
  for (int64_t row = 0; row < side; ++row) {
    for (int64_t column = 0; column < side; ++column) {
      for (int64_t down = 0; row + down < side; ++down) {
        for (int64_t right = 0; column + right < side; ++right) {
          const auto here = scores.select(1, token(row, column)).select(1, token(row + down, column + right));
          const auto at_origin = scores.select(1, token(0, 0)).select(1, token(down, right));
          EXPECT_LT((here - at_origin).abs().max().item<double>(), 1e-12);
        }
      }
    }
  }
}

TEST(Rotary, ScoresTellRowsFromColumnsAndOffsetsApart) {
  const auto scores = scores_of_one_query_and_key_everywhere();
  const auto right = scores.select(1, token(0, 0)).select(1, token(0, 1));
  const auto down = scores.select(1, token(0, 0)).select(1, token(1, 0));
  const auto further = scores.select(1, token(0, 0)).select(1, token(0, 2));
  EXPECT_GT((right - down).abs().min().item<double>(), 1e-3);
  EXPECT_GT((right - further).abs().min().item<double>(), 1e-3);
}

TEST(Rotary, TurnsByTheAnglesOfTheAxialFormula) {
  const auto table = table_of_a_square();
  ASSERT_EQ(table.sizes(), (std::vector<int64_t>{leading + side * side, heads, head_size / 2, 2}));
  const double slow = std::pow(100.0, -4.0 / head_size);
  const double expected[] = {3.0, 3.0 * slow, 2.0, 2.0 * slow};  // column 3, row 2
  for (int64_t pair = 0; pair < head_size / 2; ++pair) {
    EXPECT_NEAR(table[token(2, 3)][1][pair][0].item<double>(), std::cos(expected[pair]), 1e-15);
    EXPECT_NEAR(table[token(2, 3)][1][pair][1].item<double>(), std::sin(expected[pair]), 1e-15);
  }
}

TEST(Rotary, TurnsEachAxisByItsOwnFrequencies) {
  const auto positions = torch::tensor({{3.0, 2.0}}, torch::kDouble);
  const auto frequencies = torch::tensor({{0.5, 0.25}, {1.0, 0.1}}, torch::kDouble);
  const auto table = rotary_table(positions, frequencies, heads);
  const double expected[] = {1.5, 0.75, 2.0, 0.2};
  for (int64_t pair = 0; pair < head_size / 2; ++pair) {
    EXPECT_NEAR(table[0][2][pair][0].item<double>(), std::cos(expected[pair]), 1e-15);
    EXPECT_NEAR(table[0][2][pair][1].item<double>(), std::sin(expected[pair]), 1e-15);
  }
}

TEST(Rotary, KeepsTheNormOfEveryPair) {
  torch::manual_seed(2);
  const auto table = table_of_a_square();
  const auto x = torch::randn({4, table.size(0), heads, head_size}, torch::kDouble);
  const auto norms = [](const torch::Tensor& t) { return t.unflatten(-1, {-1, 2}).norm(2, -1); };
  EXPECT_LT((norms(rotate(x, table)) - norms(x)).abs().max().item<double>(), 1e-14);
}

TEST(Rotary, LeavesLeadingTokensAsTheyAre) {
  torch::manual_seed(3);
  const auto table = table_of_a_square();
  const auto x = torch::randn({table.size(0), heads, head_size}, torch::kDouble);
  const auto turned = rotate(x, table);
  EXPECT_TRUE(torch::equal(turned.slice(0, 0, leading), x.slice(0, 0, leading)));
  EXPECT_FALSE(torch::allclose(turned.slice(0, leading + 1), x.slice(0, leading + 1)));
}

}  // namespace
}  // namespace ganwright::rotary_test
