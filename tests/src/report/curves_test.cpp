#include "report/curves.h"

#include <gtest/gtest.h>

#include <cmath>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

class CurveFile : public testing::Test {
 protected:
  Curves read(const std::string& text, int64_t most_points = 100) {
    write_file(folder_ / "m", text);
    return read_curves(folder_ / "m", most_points);
  }

  TemporaryFolder folder_;
};

TEST_F(CurveFile, HasThePointsOfTheLinesInTheirOrder) {
  const Curves curves = read(
      "{\"step\":1,\"b\":2.5,\"a\":1}\n"
      "{\"step\":20,\"b\":3.5,\"a\":0,\"late\":7}\n");
  EXPECT_EQ(curves.steps, (std::vector<double>{1, 20}));
  ASSERT_EQ(curves.curves.size(), 3U);
  EXPECT_EQ(curves.curves[0].first, "b");
  EXPECT_EQ(curves.curves[0].second.means, (std::vector{2.5, 3.5}));
  EXPECT_EQ(curves.curves[1].first, "a");
  EXPECT_TRUE(std::isnan(curves.curves[2].second.means[0]));
  EXPECT_EQ(curves.curves[2].second.means[1], 7);
  EXPECT_EQ(curves.lines, 2);
  EXPECT_EQ(curves.last.at("b"), 3.5);
}

TEST_F(CurveFile, NullsAreGapsAndMetricsThatAreNeverANumberAreNone) {
  const Curves curves = read(
      "{\"step\":1,\"x\":1,\"never\":null,\"features\":\"random\"}\n"
      "{\"step\":2,\"x\":null,\"never\":null}\n"
      "{\"step\":3,\"x\":3,\"never\":null}\n"
      "{\"step\":4,\"x\":null,\"never\":null}\n");
  ASSERT_EQ(curves.curves.size(), 1U);
  const std::vector<double>& means = curves.curves[0].second.means;
  ASSERT_EQ(means.size(), 4U);
  EXPECT_EQ(means[0], 1);
  EXPECT_TRUE(std::isnan(means[1]));
  EXPECT_EQ(means[2], 3);
  EXPECT_TRUE(std::isnan(means[3]));
}

TEST_F(CurveFile, AnEndThatWasCutShortIsLeftOutAndDamagedLinesAreCounted) {
  const Curves curves =
      read("{\"step\":1,\"x\":1}\n{\"st\n[1]\n{\"x\":5}\n{\"step\":2,\"x\":2}\n{\"step\":3,\"x\":3}");
  EXPECT_EQ(curves.steps, (std::vector<double>{1, 2}));
  EXPECT_EQ(curves.damaged, 2);
}

TEST_F(CurveFile, LinesOfAnotherKindAreNotOfTheCurve) {
  write_file(folder_ / "m",
             "{\"step\":1,\"count\":10,\"x\":1}\n{\"step\":2,\"count\":10,\"x\":2}\n"
             "{\"step\":2,\"count\":500,\"x\":9}\n");
  const Curves curves = read_curves(folder_ / "m", 100, {"count"});
  EXPECT_EQ(curves.steps, (std::vector<double>{1, 2}));
  EXPECT_EQ(curves.curves[0].first, "count");
  EXPECT_EQ(curves.curves[1].second.means, (std::vector{1.0, 2.0}));
  EXPECT_EQ(curves.of_other_kinds, 1);
  EXPECT_EQ(curves.last.at("count"), 500);
}

TEST_F(CurveFile, MayBeMissingOrEmptyButNotAFolder) {
  EXPECT_EQ(read_curves(folder_ / "missing", 10).lines, 0);
  EXPECT_TRUE(read("").steps.empty());
  EXPECT_TRUE(read("").last.is_null());
  EXPECT_THROW(read_curves(folder_ / "", 10), DataError);
}

TEST_F(CurveFile, EvaluationsOfEarlierCheckpointsStandWhereTheyBelongAndTheLastOfAStepCounts) {
  const Curves curves = read(
      "{\"step\":200,\"d\":2}\n{\"step\":100,\"d\":1}\n{\"step\":200,\"d\":5}\n{\"step\":50,\"d\":0.5}\n");
  EXPECT_EQ(curves.steps, (std::vector<double>{50, 100, 200}));
  EXPECT_EQ(curves.curves[0].second.means, (std::vector{0.5, 1.0, 5.0}));
  EXPECT_EQ(curves.last.at("d"), 5);
}

TEST_F(CurveFile, ManyLinesAreThinnedToMeansWithTheirExtremes) {
  std::string text;
  for (int step = 1; step <= 100'003; ++step) {
    text += "{\"step\":" + std::to_string(step) + ",\"x\":" + std::to_string(step % 10) + ",\"one\":1}\n";
  }
  const Curves curves = read(text, 500);
  EXPECT_EQ(curves.lines_a_point, 201);
  EXPECT_EQ(curves.steps.size(), 498U);
  EXPECT_EQ(curves.steps.back(), 100'003);
  EXPECT_TRUE(std::is_sorted(curves.steps.begin(), curves.steps.end()));
  const Curve& x = curves.curves[0].second;
  EXPECT_EQ(x.lows[7], 0);
  EXPECT_EQ(x.highs[7], 9);
  EXPECT_NEAR(x.means[7], 4.5, 0.05);
  EXPECT_EQ(curves.curves[1].second.means, std::vector<double>(498, 1));
}

}  // namespace
}  // namespace ganwright
