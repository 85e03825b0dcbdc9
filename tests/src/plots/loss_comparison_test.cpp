#include "plots/loss_comparison.h"

#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "errors.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

TEST(Comparison, NormalizedWeightsAreOneAtEqualDensities) {
  const Comparison comparison = compare({"kl", "gan", "mse:-1,1", "pearson-chi2"}, true);
  ASSERT_EQ(comparison.rows.size(), 4U);
  for (const ComparisonRow& row : comparison.rows) {
    EXPECT_DOUBLE_EQ(row.curvature_at_one, 1);
    EXPECT_NEAR(row.real_weights[1], 1, 1e-12);
    EXPECT_NEAR(row.fake_weights[1], 1, 1e-12);
    EXPECT_NEAR(row.fake_weights[2], 10 * row.real_weights[2], 1e-9);
  }
}

TEST(Comparison, LeavesOutWhatCannotBeComparedAndSaysWhy) {
  const Comparison plain = compare({"kl", "wasserstein", "total-variation"}, false);
  EXPECT_EQ(plain.rows.size(), 2U);
  ASSERT_EQ(plain.left_out.size(), 1U);
  EXPECT_EQ(plain.left_out[0].name, "wasserstein");
  const Comparison normalized = compare({"kl", "total-variation", "vajda:3"}, true);
  EXPECT_EQ(normalized.rows.size(), 1U);
  EXPECT_EQ(normalized.left_out.size(), 2U);
}

TEST(Comparison, RefusesUnknownNamesAndEmptyTables) {
  EXPECT_THROW(compare({"kl", "kll"}, false), LossError);
  EXPECT_THROW(compare({"wasserstein"}, false), UsageError);
}

TEST(Comparison, MarkdownHasOneLineARow) {
  const std::string table = to_markdown(compare({"kl", "gan"}, false));
  EXPECT_EQ(std::count(table.begin(), table.end(), '\n'), 4);
  EXPECT_NE(table.find("| gan | t*log(t) - (t+1)*log((t+1)/2) | 1 | 0.5 |"), std::string::npos) << table;
}

TEST(Comparison, JsonWritesInfinitiesAsWords) {
  EXPECT_EQ(to_json(compare({"kl"}, false)).at("rows")[0].at("f'(inf)"), "inf");
}

}  // namespace
}  // namespace ganwright
