#include "run/metrics_writer.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>

#include "errors.h"
#include "files/json_lines.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;

std::vector<int64_t> steps_of(const std::filesystem::path& path) {
  std::vector<int64_t> steps;
  for (const Json& record : read_json_lines(path)) {
    steps.push_back(record.at("step").get<int64_t>());
  }
  return steps;
}

class FailingDisk : public testing::Test {
 protected:
  // What cannot be replaced by a file stands for the disk.
  static void block(const std::filesystem::path& path) {
    std::filesystem::remove(path);
    std::filesystem::create_directories(path / "x");
  }

  test_support::TemporaryFolder folder_;
  RunDirectory run_ = create_run(folder_ / "run");
  RunOptions options_;
  MetricsWriter writer_{run_, options_};
};

TEST_F(FailingDisk, EndsNoTrainingAndLosesNoLineThatCanBeWrittenLater) {
  writer_.write({{"step", 1}});
  block(run_.metrics());
  block(run_.evaluations());
  EXPECT_NO_THROW(writer_.write({{"step", 2}}));
  EXPECT_NO_THROW(writer_.add_evaluation({{"step", 2}}));
  EXPECT_EQ(writer_.owed().metrics.size(), 1U);
  EXPECT_EQ(writer_.owed().evaluations.size(), 1U);
  std::filesystem::remove_all(run_.metrics());
  std::filesystem::remove_all(run_.evaluations());
  writer_.write({{"step", 3}});
  EXPECT_EQ(steps_of(run_.metrics()), (std::vector<int64_t>{1, 2, 3}));
  EXPECT_EQ(steps_of(run_.evaluations()), (std::vector<int64_t>{2}));
  EXPECT_TRUE(writer_.owed().is_empty());
  EXPECT_NO_THROW(writer_.finish());
}

TEST_F(FailingDisk, KeepsAGridUntilItCanBeWrittenAndTellsInTheEnd) {
  block(run_.sample_grid(2));
  writer_.add_grid(2, cv::Mat(8, 8, CV_8U, cv::Scalar(7)));
  writer_.add_grid(3, cv::Mat(8, 8, CV_8U, cv::Scalar(7)));
  EXPECT_TRUE(std::filesystem::is_regular_file(run_.sample_grid(3)));
  EXPECT_THROW(writer_.finish(), WriteError);
  std::filesystem::remove_all(run_.sample_grid(2));
  EXPECT_NO_THROW(writer_.finish());
  EXPECT_TRUE(std::filesystem::is_regular_file(run_.sample_grid(2)));
}

}  // namespace
}  // namespace ganwright
