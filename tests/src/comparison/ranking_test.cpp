#include "comparison/ranking.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace ganwright {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

CellResult result(const std::string& loss, int64_t seed, double frechet, double kernel = 0) {
  return {loss, seed, {{"frechet_distance", frechet}, {"kernel_distance", kernel}}, ""};
}

CellResult failed(const std::string& loss, int64_t seed) {
  return {loss, seed, nullptr, "it said \"no\""};
}

TEST(Spread, IsMeanAndSampleDeviation) {
  const Spread spread = spread_of({1, 2, 4, 5});
  EXPECT_DOUBLE_EQ(spread.mean, 3);
  EXPECT_DOUBLE_EQ(spread.deviation, std::sqrt(10.0 / 3));
}

TEST(Spread, OfOneNumberHasNoDeviationAndOfNoneNoMean) {
  EXPECT_EQ(spread_of({2, kNan}).mean, 2);
  EXPECT_TRUE(std::isnan(spread_of({2, kNan}).deviation));
  EXPECT_TRUE(std::isnan(spread_of({}).mean));
}

TEST(Ranking, OrdersLossesByTheMeanOverTheirSeeds) {
  const auto losses = ranked({result("a", 0, 3), result("b", 0, 1), result("a", 1, 1), result("b", 1, 2)});
  ASSERT_EQ(losses.size(), 2);
  EXPECT_EQ(losses[0].loss, "b");
  EXPECT_DOUBLE_EQ(losses[0].metrics[0].mean, 1.5);
  EXPECT_EQ(losses[1].loss, "a");
  EXPECT_EQ(losses[1].runs, 2);
}

TEST(Ranking, CountsTheRunsThatWereEvaluatedAndLeavesOutALossWithoutAny) {
  const auto losses = ranked({failed("a", 0), result("b", 0, kNan), failed("c", 0), result("c", 1, 7)});
  ASSERT_EQ(losses.size(), 2);
  EXPECT_EQ(losses[0].loss, "c");
  EXPECT_EQ(losses[0].runs, 1);
  EXPECT_EQ(losses[1].loss, "b");
}

TEST(Ranking, WritesARowARun) {
  EXPECT_EQ(to_csv({result("mse:-1,1", 0, 0.5, 0.25), failed("b", 3)}),
            "loss,seed,frechet_distance,kernel_distance,sliced_wasserstein,precision,recall,density,coverage,"
            "failure\r\n"
            "\"mse:-1,1\",0,0.5,0.25,,,,,,\r\n"
            "\"b\",3,,,,,,,,\"it said \"\"no\"\"\"\r\n");
}

TEST(Ranking, WritesARowALoss) {
  EXPECT_EQ(to_markdown(ranked({result("a", 0, 3, 1), result("a", 1, 1, 1)})),
            "| rank | loss | frechet_distance | kernel_distance | sliced_wasserstein | precision | recall | "
            "density | coverage | runs |\n"
            "|---|---|---|---|---|---|---|---|---|---|\n"
            "| 1 | a | 2 ± 1.4 | 1 ± 0 |  |  |  |  |  | 2 |\n");
}

}  // namespace
}  // namespace ganwright
