#include <gtest/gtest.h>

#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>

#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::Outcome;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_file;

const std::string kTinyCritic =
    " --size 4 --channels 1 --patch 4 --width 16 --heads 1 --depth 1 --batch-size 32 --cache none --device "
    "cpu ";

class Estimating : public testing::Test {
 protected:
  // Grey pictures with levels around `level`, of which the last `white` are white.
  void write_greys(const std::string& name, int count, int level, int white = 0) const {
    fs::create_directories(folder_ / name);
    cv::RNG random(std::hash<std::string>{}(name));
    for (int i = 0; i < count; ++i) {
      const int grey = i < count - white ? cv::saturate_cast<uchar>(level + random.gaussian(20)) : 250;
      cv::imwrite(path(name) + cv::format("/%04d.png", i), cv::Mat(5, 4, CV_8UC1, cv::Scalar(grey)));
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] Outcome estimate(const std::string& p, const std::string& q, const std::string& rest) const {
    return run_program("estimate --p " + path(p) + " --q " + path(q) + kTinyCritic + rest);
  }

  TemporaryFolder folder_;
};

TEST_F(Estimating, TellsWhatTheOtherFolderLacksAndBoundsEveryDivergence) {
  write_greys("p/sub", 500, 100);
  write_greys("p/other", 500, 100, 150);
  write_greys("q", 800, 100);
  write_file(folder_ / "q/broken.png", "no picture");
  write_file(folder_ / "q/notes.txt", "no picture either");
  const Outcome outcome = estimate("p", "q", "--steps 400 --json --extremes 4 --out " + path("lacking"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(outcome.errors.find("broken.png"), std::string::npos) << outcome.errors;
  const auto result = nlohmann::json::parse(outcome.output);
  EXPECT_EQ(result["pictures_p"], 1000);
  EXPECT_EQ(result["pictures_q"], 800);
  ASSERT_EQ(result["lacking_in_q"].size(), 4U);
  for (const auto& picture : result["lacking_in_q"]) {
    EXPECT_EQ(cv::imread(picture["path"], cv::IMREAD_GRAYSCALE).at<uint8_t>(0, 0), 250) << picture;
    EXPECT_GT(picture["log_ratio"], 0.5);
  }
  // 15 % of p is white, where q is 0, and the rest is 0.85 q: f(0.85) + 0.15 f(t)/t at infinity.
  constexpr double exact = 0.00304 + 0.15 * 0.34657;
  bool has_js = false;
  for (const auto& bound : result["bounds"]) {
    EXPECT_LE(bound["low"], bound["high"]);
    if (bound["divergence"] == "js") {
      has_js = true;
      EXPECT_LT(bound["low"], exact);
      EXPECT_GT(bound["bound"], 0.01);
    }
  }
  EXPECT_TRUE(has_js);
  EXPECT_FALSE(cv::imread(path("lacking/lacking_in_q.png")).empty());
  EXPECT_FALSE(cv::imread(path("lacking/lacking_in_p.png")).empty());
}

TEST_F(Estimating, OfAFolderAgainstItselfSaysThatNothingTellsThemApart) {
  write_greys("p", 60, 120);
  const Outcome outcome = estimate("p", "p", "--steps 30");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(outcome.errors.find("no better than chance"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.output.find("squared-hellinger"), std::string::npos) << outcome.output;
}

TEST_F(Estimating, RefusesWrongInputWithOneLine) {
  write_greys("p", 40, 100);
  write_greys("few", 39, 100);
  fs::create_directories(folder_ / "empty");
  write_file(folder_ / "file", "x");
  const std::string p = "estimate --p " + path("p") + " --q ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"estimate --q " + path("p"), "--p is missing"},
      {"estimate --q " + path("p") + " --out " + path("lacking"), "--p is missing"},
      {"estimate --p " + path("p"), "--q is missing"},
      {p + path("missing") + kTinyCritic, "missing"},
      {p + path("empty") + kTinyCritic, "empty"},
      {p + path("file") + kTinyCritic, "file"},
      {p + path("few") + kTinyCritic, "39 pictures"},
      {p + path("p") + " --size 30", "patch"},
      {p + path("p") + " --divergence total-variation", "log r"},
      {p + path("p") + " --divergence reverse-k", "did you mean"},
      {p + path("p") + kTinyCritic + "--out " + path("file"), "cannot create"},
      {p + path("few") + kTinyCritic + "--out " + path("few/lacking"), "inside the pictures"},
      {p + path("p") + " --speed 3", "speed"}};
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << ": " << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
}

}  // namespace
}  // namespace ganwright
