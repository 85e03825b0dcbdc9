#include <gtest/gtest.h>

#include <filesystem>
#include <iterator>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "errors.h"
#include "imaging/animation.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::kTinyModel;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_noise;

class Interpolating : public testing::Test {
 protected:
  Interpolating() {
    write_noise(folder_ / "pictures", 4, 8, 3);
    const Outcome outcome = run_program("train --data " + path("pictures") + " --out " + path("run") +
                                        kTinyModel + " --device cpu --steps 1");
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] Outcome interpolate(const std::string& out, const std::string& rest) const {
    return run_program("interpolate " + path("run") + " --out " + path(out) + " --device cpu " + rest);
  }

  TemporaryFolder folder_;
};

// The cell of a grid of pictures of 8 pixels, enlarged as the grid is.
cv::Mat cell(const cv::Mat& grid, int columns, int row, int column) {
  const int side = grid.cols / columns;
  return grid(cv::Rect(column * side, row * side, side, side));
}

double difference(const cv::Mat& a, const cv::Mat& b) {
  return cv::norm(a, b, cv::NORM_L1) / static_cast<double>(a.total());
}

TEST_F(Interpolating, APngHoldsStripsFromLatentToLatent) {
  ASSERT_EQ(interpolate("x.png", "--rows 3 --stops 2 --steps 6").exit_code, 0);
  const cv::Mat grid = cv::imread(path("x.png"));
  ASSERT_EQ(grid.cols * 3, grid.rows * 7);
  double farthest_step = 0;
  for (int column = 0; column < 6; ++column) {
    farthest_step =
        std::max(farthest_step, difference(cell(grid, 7, 1, column), cell(grid, 7, 1, column + 1)));
  }
  EXPECT_LT(farthest_step, 0.6 * difference(cell(grid, 7, 1, 0), cell(grid, 7, 1, 6)));
  EXPECT_GT(difference(cell(grid, 7, 0, 0), cell(grid, 7, 1, 0)), 1);

  // A strip is the same whatever stands below it.
  ASSERT_EQ(interpolate("one.png", "--rows 1 --stops 2 --steps 6").exit_code, 0);
  const cv::Mat one = cv::imread(path("one.png"));
  EXPECT_LE(cv::norm(cell(one, 7, 0, 4), cell(grid, 7, 0, 4), cv::NORM_INF), 1);
}

TEST_F(Interpolating, ADirectoryHoldsTheFramesOfALoop) {
  ASSERT_EQ(interpolate("frames", "--rows 4 --stops 3 --steps 5").exit_code, 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "frames"), fs::directory_iterator()), 15);
  const auto frame = [&](int number) { return cv::imread(path("frames") + cv::format("/%06d.png", number)); };
  EXPECT_EQ(frame(0).rows, frame(0).cols);
  const double at_seam = difference(frame(14), frame(0));
  EXPECT_LT(at_seam, 2 * difference(frame(13), frame(14)) + 1);
}

TEST_F(Interpolating, WritesAGifAndAnMp4) {
  const Outcome gif = interpolate("x.GIF", "--rows 2 --steps 3");
  ASSERT_EQ(gif.exit_code, 0) << gif.errors;
  EXPECT_EQ(gif.output, path("x.GIF") + "\n");
  EXPECT_EQ(read_file(folder_ / "x.GIF").substr(0, 6), "GIF89a");
  try {
    require_mp4();
  } catch (const OutputError& error) {
    GTEST_SKIP() << error.what();
  }
  const Outcome mp4 = interpolate("made/for/it/x.mp4", "--rows 2 --steps 3");
  ASSERT_EQ(mp4.exit_code, 0) << mp4.errors;
  EXPECT_EQ(mp4.errors, "");
  EXPECT_EQ(read_file(folder_ / "made/for/it/x.mp4").substr(4, 4), "ftyp");
}

TEST_F(Interpolating, RepeatsForOneSeedAndDiffersForOthers) {
  for (const auto& [out, rest] :
       {std::pair("a.gif", "--seed 1"), {"b.gif", "--seed 1"}, {"c.gif", "--seed 2"}}) {
    ASSERT_EQ(interpolate(out, std::string("--steps 2 ") + rest).exit_code, 0);
  }
  EXPECT_EQ(read_file(folder_ / "a.gif"), read_file(folder_ / "b.gif"));
  EXPECT_NE(read_file(folder_ / "a.gif"), read_file(folder_ / "c.gif"));
}

TEST_F(Interpolating, RefusesWrongUseWithOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"interpolate " + path("run"), "--out is missing"},
      {"interpolate " + path("run") + " --out x.webm", "give a .png, a .gif, an .mp4, or a directory"},
      {"interpolate " + path("missing") + " --out x.png", "missing"},
      {"interpolate " + path("run") + " --out x.png --class bag", "--conditional"},
      {"interpolate " + path("run") + " --out x.png --stops 1", "--stops"},
      {"interpolate " + path("run") + " --out x.png --stops 1024 --steps 10000", "too large"},
      {"interpolate " + path("run") + " --out x.gif --rows 1024 --stops 1024 --steps 10000", "memory"},
      // Small pictures are enlarged.
      {"interpolate " + path("run") + " --out x.gif --rows 64 --stops 100 --steps 199", "memory"},
      {"interpolate " + path("run") + " --out " + path("run/config.cfg/x.gif"), "cannot create"},
      {"interpolate " + path("run") + " --out " + path("pictures/x.gif"), "inside the pictures"},
      {"interpolate " + path("run") + " --out " + path("run/samples"), "not empty"},
      {"interpolate " + path("run") + " --out " + path("folder.png"), "it is a folder"}};
  fs::create_directories(folder_ / "folder.png");
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << ": " << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
}

}  // namespace
}  // namespace ganwright
