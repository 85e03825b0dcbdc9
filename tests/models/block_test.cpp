#include "models/block.h"

#include <gtest/gtest.h>

#include "models/positions.h"
#include "models/rotary.h"

namespace ganwright::block_test {
namespace {

constexpr int64_t width = 16;
constexpr int64_t heads = 2;
constexpr int64_t tokens = 5;

class BlockTest : public testing::Test {
 protected:
  BlockTest() { block_->to(torch::kDouble); }

  static torch::Tensor constant(double value) { return torch::full({width}, value, torch::kDouble); }

  torch::Tensor run(const Modulation& modulation, int64_t queries = tokens) {
    return block_->forward(x_, modulation, table_, queries);
  }

  Block block_{width, heads};
  torch::Tensor table_ = rotary_table(rotary_positions(1, {2, 2}), heads, width / heads);
  torch::Tensor x_ = torch::randn({3, tokens, width}, torch::kDouble);
};

TEST_F(BlockTest, WithClosedGatesIsTheIdentity) {
  EXPECT_TRUE(torch::equal(run({constant(1), constant(0), constant(1), constant(0)}), x_));
}

TEST_F(BlockTest, AddsEachHalfInProportionToItsGate) {
  const auto once = run({constant(1), constant(0), constant(1), constant(1)}) - x_;
  const auto twice = run({constant(1), constant(0), constant(1), constant(2)}) - x_;
  EXPECT_GT(once.abs().mean().item<double>(), 0.1);
  EXPECT_LT((twice - 2 * once).abs().max().item<double>(), 1e-13);

  const auto attention_once = run({constant(1), constant(1), constant(1), constant(0)}) - x_;
  const auto attention_twice = run({constant(1), constant(2), constant(1), constant(0)}) - x_;
  EXPECT_GT(attention_once.abs().mean().item<double>(), 0.1);
  EXPECT_LT((attention_twice - 2 * attention_once).abs().max().item<double>(), 1e-13);
}

TEST_F(BlockTest, WithScaleZeroReadsNothing) {
  EXPECT_TRUE(torch::equal(run({constant(0), constant(1), constant(0), constant(1)}), x_));
}

TEST_F(BlockTest, TakesModulationOfEachPictureAsOfAll) {
  const auto shared = run({constant(0.5), constant(0.1), constant(2), constant(0.3)});
  const auto each = [](double value) { return torch::full({3, 1, width}, value, torch::kDouble); };
  EXPECT_TRUE(torch::allclose(run({each(0.5), each(0.1), each(2), each(0.3)}), shared, 1e-13, 1e-13));
}

TEST_F(BlockTest, OfTheFirstQueriesIsTheStartOfTheWhole) {
  const Modulation modulation{constant(1), constant(0.5), constant(1), constant(0.5)};
  const auto first = run(modulation, 1);
  ASSERT_EQ(first.sizes(), (std::vector<int64_t>{3, 1, width}));
  EXPECT_LT((run(modulation).slice(1, 0, 1) - first).abs().max().item<double>(), 1e-13);
}

}  // namespace
}  // namespace ganwright::block_test
