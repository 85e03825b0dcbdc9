#include "files/metrics_reader.h"

#include <gtest/gtest.h>

#include "files/json_lines.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

double loss_at(const MetricsReader& metrics, int64_t step) {
  const nlohmann::json* const record = metrics.at(step);
  return record == nullptr ? -1 : record->at("loss").get<double>();
}

TEST(MetricsReader, GrowWithTheFileAndAreThoseOfTheLastLineBefore) {
  const TemporaryFolder folder;
  MetricsReader metrics(folder / "metrics.jsonl");
  EXPECT_FALSE(metrics.refresh());
  EXPECT_EQ(metrics.at(100), nullptr);
  JsonLines log(folder / "metrics.jsonl");
  log.append({{"step", 10}, {"loss", 1.0}});
  log.append({{"step", 20}, {"loss", 2.0}});
  EXPECT_TRUE(metrics.refresh());
  EXPECT_FALSE(metrics.refresh());
  EXPECT_EQ(metrics.at(9), nullptr);
  EXPECT_EQ(loss_at(metrics, 10), 1);
  EXPECT_EQ(loss_at(metrics, 19), 1);
  EXPECT_EQ(loss_at(metrics, 1000), 2);
  log.append({{"step", 30}, {"loss", 3.0}});
  EXPECT_TRUE(metrics.refresh());
  EXPECT_EQ(loss_at(metrics, 30), 3);
  EXPECT_EQ(loss_at(metrics, 10), 1);
}

TEST(MetricsReader, FollowARunThatWentBack) {
  const TemporaryFolder folder;
  JsonLines log(folder / "metrics.jsonl");
  log.append({{"step", 10}, {"loss", 1.0}});
  log.append({{"step", 20}, {"loss", 2.0}});
  MetricsReader metrics(folder / "metrics.jsonl");
  metrics.refresh();
  log.truncate_after(10);
  log.append({{"step", 15}, {"loss", 7.0}});
  EXPECT_TRUE(metrics.refresh());
  EXPECT_EQ(loss_at(metrics, 20), 7);
}

TEST(MetricsReader, PassOverDamagedLinesAndWaitForTornOnes) {
  const TemporaryFolder folder;
  const auto path = folder / "metrics.jsonl";
  write_file(
      path,
      "nonsense\n[1]\n{\"loss\": 4}\n{\"step\": \"x\"}\n{\"step\": 5, \"loss\": 4}\n{\"step\": 6, \"lo");
  MetricsReader metrics(path);
  EXPECT_TRUE(metrics.refresh());
  EXPECT_EQ(loss_at(metrics, 6), 4);
  std::ofstream(path, std::ios::app) << "ss\": 5}\n";
  EXPECT_TRUE(metrics.refresh());
  EXPECT_EQ(loss_at(metrics, 6), 5);
}

}  // namespace
}  // namespace ganwright
