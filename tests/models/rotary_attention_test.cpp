#include "models/rotary_attention.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "models/positions.h"
#include "models/rms_norm.h"
#include "models/rotary.h"

namespace ganwright::rotary_attention_test {
namespace {

constexpr int64_t leading = 2;
constexpr int64_t side = 3;
constexpr int64_t tokens = leading + side * side;
constexpr int64_t heads = 2;
constexpr int64_t head_size = 12;  // at least as many as tokens

torch::Tensor table() {
  return rotary_table(rotary_positions(leading, {side, side}), heads, head_size);
}

torch::Tensor no_scale() {
  return torch::ones({2, 1, head_size / 2, 1}, torch::kDouble);
}

torch::Tensor random_projected(torch::ScalarType type = torch::kDouble) {
  torch::manual_seed(1);
  return torch::randn({1, tokens, 3 * heads * head_size}, type);
}

bool reads(Direction direction, int64_t head, int64_t query, int64_t key) {
  switch (direction) {
    case Direction::forward:
      return key <= query;
    case Direction::backward:
      return key >= query;
    case Direction::alternating_heads:
      return head % 2 == 0 ? key <= query : key >= query;
    case Direction::both:
      break;
  }
  return true;
}

// Attention [heads, tokens, tokens]: what is read where each token's value is a one at its own number.
torch::Tensor attention_matrices(Direction direction) {
  const auto projected = random_projected();
  const auto values = projected.view({tokens, 3, heads, head_size}).select(1, 2);
  values.copy_(torch::eye(tokens, head_size, torch::kDouble).unsqueeze(1));
  return rotary_attention(projected, no_scale(), table(), tokens, direction)
      .view({tokens, heads, head_size})
      .transpose(0, 1)
      .narrow(2, 0, tokens);
}

// The same by the formula, with a mask in memory.
torch::Tensor masked_softmax(Direction direction) {
  const auto parts = random_projected().view({tokens, 3, heads, head_size}).unbind(1);
  const auto query = rotate(rms_normalize(parts[0]), table()).transpose(0, 1);
  const auto key = rotate(rms_normalize(parts[1]), table()).transpose(0, 1);
  auto scores = at::matmul(query, key.transpose(1, 2)) / std::sqrt(static_cast<double>(head_size));
  for (int64_t head = 0; head < heads; ++head) {
    for (int64_t i = 0; i < tokens; ++i) {
      for (int64_t j = 0; j < tokens; ++j) {
        if (!reads(direction, head, i, j)) {
          scores[head][i][j] = -INFINITY;
        }
      }
    }
  }
  return at::softmax(scores, -1);
}

class Directions : public testing::TestWithParam<Direction> {};

TEST_P(Directions, AreASoftmaxOfWhatMayBeRead) {
  EXPECT_LT((attention_matrices(GetParam()) - masked_softmax(GetParam())).abs().max().item<double>(), 1e-14);
}

TEST_P(Directions, OfTheFirstQueriesAreTheStartOfTheWhole) {
  const auto projected = random_projected();
  const auto whole = rotary_attention(projected, no_scale(), table(), tokens, GetParam());
  for (const int64_t queries : {1, 4}) {
    const auto first = rotary_attention(projected, no_scale(), table(), queries, GetParam());
    ASSERT_EQ(first.size(1), queries);
    EXPECT_LT((whole.narrow(1, 0, queries) - first).abs().max().item<double>(), 1e-14);
  }
}

// Both in the composed form and in the fused one.
TEST_P(Directions, SendAGradientToWhatIsReadAndExactlyNoneElsewhere) {
  for (const auto type : {torch::kDouble, torch::kFloat}) {
    for (int64_t i = 0; i < tokens; ++i) {
      const auto projected = random_projected(type).requires_grad_(true);
      const auto read =
          rotary_attention(projected, no_scale().to(type), table().to(type), tokens, GetParam());
      torch::manual_seed(2);
      const auto sum = (read[0][i] * torch::randn({heads * head_size}, type)).sum();
      const auto gradient = torch::autograd::grad({sum}, {projected})[0].view({tokens, 3, heads, head_size});
      for (int64_t head = 0; head < heads; ++head) {
        for (int64_t j = 0; j < tokens; ++j) {
          const auto of_value = gradient[j][2][head].abs().max().item<double>();
          EXPECT_EQ(of_value > 0, reads(GetParam(), head, i, j)) << i << " reads " << j;
          if (!reads(GetParam(), head, i, j)) {
            EXPECT_EQ(gradient[j][1][head].abs().max().item<double>(), 0) << i << " reads " << j;
          }
        }
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(RotaryAttention, Directions,
                         testing::Values(Direction::both, Direction::forward, Direction::backward,
                                         Direction::alternating_heads));

// Triangular with a positive diagonal, whose product is the determinant.
TEST(RotaryAttention, ThatReadsOneWayHasMatricesOfFullRank) {
  for (const Direction direction : {Direction::forward, Direction::backward, Direction::alternating_heads}) {
    const auto matrices = attention_matrices(direction);
    for (int64_t head = 0; head < heads; ++head) {
      const auto matrix = matrices[head];
      const auto lower = reads(direction, head, 1, 0) ? matrix : matrix.t();
      EXPECT_TRUE(torch::equal(lower, lower.tril()));
      EXPECT_GT(lower.diagonal().min().item<double>(), 0);
      EXPECT_NEAR(at::linalg_det(matrix).item<double>() / lower.diagonal().prod().item<double>(), 1, 1e-10);
      EXPECT_EQ(at::linalg_matrix_rank(matrix).item<int64_t>(), tokens);
    }
  }
}

}  // namespace
}  // namespace ganwright::rotary_attention_test
