#include "models/positions.h"

#include <gtest/gtest.h>

#include "models/rotary.h"

namespace ganwright::positions_test {
namespace {

const std::vector<PatchGrid> grids{{1, 1}, {3, 3}, {2, 5}, {7, 1}};

torch::Tensor position(double column, double row) {
  return torch::tensor({column, row}, torch::kDouble);
}

TEST(Positions, ListLeadingTokensAndThenPatchesRowByRow) {
  for (const PatchGrid& grid : grids) {
    for (const auto& positions :
         {rotary_positions(3, grid), rope_tie_positions(3, grid), normalized_positions(3, grid, 4)}) {
      ASSERT_EQ(positions.sizes(), (std::vector<int64_t>{3 + grid.count(), 2}));
      const auto patches = positions.slice(0, 3).view({grid.rows, grid.columns, 2});
      for (int64_t row = 1; row < grid.rows; ++row) {
        EXPECT_TRUE(torch::equal(patches[row].select(1, 0), patches[0].select(1, 0)));
        EXPECT_TRUE((patches[row].select(1, 1) > patches[row - 1].select(1, 1)).all().item<bool>());
      }
      for (int64_t column = 1; column < grid.columns; ++column) {
        EXPECT_TRUE((patches.select(1, column).select(1, 0) > patches.select(1, column - 1).select(1, 0))
                        .all()
                        .item<bool>());
      }
    }
  }
}

TEST(RotaryPositions, AreColumnAndRowWithLeadingTokensAtTheOrigin) {
  const auto positions = rotary_positions(2, {3, 5});
  EXPECT_TRUE(torch::equal(positions[0], position(0, 0)));
  EXPECT_TRUE(torch::equal(positions[1], position(0, 0)));
  EXPECT_TRUE(torch::equal(positions[2 + 5 + 3], position(3, 1)));
}

TEST(RopeTie, PlacesPatchesByItsFormula) {
  constexpr int64_t leading = 4;
  constexpr int64_t h = 2;
  constexpr int64_t w = 5;
  const auto positions = rope_tie_positions(leading, {h, w});
  const double s = (w * h + 1.0) / (h + 1);
  const double t = (w * h + 1.0) / (w + 1);
  for (int64_t n = 1; n <= leading; ++n) {
    EXPECT_TRUE(torch::equal(positions[n - 1], position(n, n)));
  }
  for (int64_t i = 1; i <= h; ++i) {
    for (int64_t j = 1; j <= w; ++j) {
      const auto found = positions[leading + (i - 1) * w + j - 1];
      EXPECT_TRUE(torch::allclose(found, position(leading + j * t, leading + i * s), 1e-15, 1e-15));
    }
  }
}

// A picture of one patch is a token like any other.
TEST(RopeTie, OfAPureSequenceIsRotaryInOneDimensionWithEachFrequencyTwice) {
  constexpr int64_t count = 6;
  constexpr int64_t head_size = 8;
  const auto positions = rope_tie_positions(count - 1, {1, 1});
  EXPECT_TRUE(torch::equal(positions, rope_tie_positions(count, {0, 0})));
  const auto table = rotary_table(positions, 1, head_size);
  const auto angles =
      torch::arange(1, count + 1, torch::kDouble).unsqueeze(1) * rotary_frequencies(head_size);
  const auto twice = torch::cat({angles, angles}, 1);
  EXPECT_TRUE(torch::allclose(table.select(1, 0).select(-1, 0), twice.cos(), 1e-15, 1e-15));
  EXPECT_TRUE(torch::allclose(table.select(1, 0).select(-1, 1), twice.sin(), 1e-15, 1e-15));
}

// Read from the end, with the next token at (L + wh + 1, L + wh + 1) for the last one before the picture, the
// picture reversed has the same positions.
TEST(RopeTie, IsSymmetricAboutThePicture) {
  constexpr int64_t leading = 3;
  for (const PatchGrid& grid : grids) {
    const auto before = static_cast<double>(leading);
    const auto after = static_cast<double>(leading + grid.count() + 1);
    const auto patches = rope_tie_positions(leading, grid).slice(0, leading);
    EXPECT_TRUE(torch::allclose(before + after - patches.flip(0), patches, 1e-14, 1e-14));
  }
}

TEST(Positions, ScoresDependOnDifferencesOnlyUnderEveryScheme) {
  torch::manual_seed(1);
  constexpr int64_t head_size = 12;
  const auto query = torch::randn({1, head_size}, torch::kDouble);
  const auto key = torch::randn({1, head_size}, torch::kDouble);
  const auto scores = [&](const torch::Tensor& positions) {
    const auto table = rotary_table(positions, 1, head_size);
    const auto turned = [&](const torch::Tensor& x) {
      return rotate(x.expand({positions.size(0), 1, head_size}), table).squeeze(1);
    };
    return at::matmul(turned(query), turned(key).t());
  };
  for (const auto& positions :
       {rotary_positions(2, {3, 4}), rope_tie_positions(2, {3, 4}), normalized_positions(2, {3, 4}, 4)}) {
    const auto moved = positions + position(2.5, -1.25);
    EXPECT_TRUE(torch::allclose(scores(positions), scores(moved), 1e-12, 1e-12));
    EXPECT_FALSE(torch::allclose(scores(positions), scores(positions * 1.5), 1e-3, 1e-3));
  }
}

TEST(NormalizedPositions, OfTheSizeTheyAreScaledForDifferAsColumnsAndRows) {
  const auto normalized = normalized_positions(0, {4, 4}, 4);
  const auto plain = rotary_positions(0, {4, 4});
  EXPECT_TRUE(torch::allclose(normalized - normalized[0], plain - plain[0], 1e-15, 1e-15));
  EXPECT_TRUE(torch::allclose(normalized.mean(0), position(0, 0), 0, 1e-15));
}

// The center of a patch lies amid those of the four that it is cut into.
TEST(NormalizedPositions, OfTwiceTheSizeInterpolate) {
  for (const PatchGrid& grid : grids) {
    const auto coarse = normalized_positions(0, grid, 8).view({grid.rows, grid.columns, 2});
    const auto fine = normalized_positions(0, {2 * grid.rows, 2 * grid.columns}, 8)
                          .view({grid.rows, 2, grid.columns, 2, 2});
    EXPECT_TRUE(torch::allclose(fine.mean({1, 3}), coarse, 1e-14, 1e-14));
    EXPECT_LT(fine.abs().max().item<double>(), 4);
  }
}

}  // namespace
}  // namespace ganwright::positions_test
