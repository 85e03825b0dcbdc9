#include <gtest/gtest.h>

#include <filesystem>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <set>

#include "models/direction.h"
#include "models/position_table.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_noise;

class Sampling : public testing::Test {
 protected:
  Sampling() { write_noise(folder_ / "pictures", 4, 8, 1); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  // A pair of two heads of eight numbers that draws 2 x 2 patches.
  void train(const std::string& rest = "") const {
    const Outcome outcome =
        run_program("train --data " + path("pictures") + " --out " + path("run") +
                    " --size 8 --channels 1 --patch 4 --width 16 --heads 2 --depth 2 --latent 4 "
                    "--latent-tokens 2 --batch-size 4 --grid-count 4 --cache none --device cpu --steps 2 " +
                    rest);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  }

  [[nodiscard]] Outcome sample(const std::string& out, const std::string& rest) const {
    return run_program("sample " + path("run") + " --out " + path(out) + " --count 4 --device cpu " + rest);
  }

  TemporaryFolder folder_;
};

TEST_F(Sampling, OfTheTrainedSizeIsTheSameByEveryMethod) {
  train();
  ASSERT_EQ(sample("plain.png", "").exit_code, 0);
  for (const auto& [name, method] : resize_names) {
    ASSERT_EQ(sample("sized.png", "--size 8 --resize " + std::string(name)).exit_code, 0);
    EXPECT_EQ(read_file(folder_ / "sized.png"), read_file(folder_ / "plain.png")) << name;
  }
}

TEST_F(Sampling, OfAnotherSizeHasThatHeightAndWidthAndDiffersByTheMethod) {
  train();
  std::set<std::string> pictures;
  for (const auto& [name, method] : resize_names) {
    const std::string out = "singles-" + std::string(name);
    const Outcome outcome = sample(out, "--size 16x24 --resize " + std::string(name));
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
    EXPECT_EQ(cv::imread(path(out + "/000003.png")).size(), cv::Size(24, 16)) << name;
    pictures.insert(read_file(folder_ / out / "000003.png"));
  }
  // With two patches a side no pair turns once, and yarn is interpolation.
  EXPECT_EQ(pictures.size(), resize_names.size() - 1);
  ASSERT_EQ(sample("small", "--size 4").exit_code, 0);
  EXPECT_EQ(cv::imread(path("small/000000.png")).size(), cv::Size(4, 4));
}

TEST_F(Sampling, RefusesASizeThatCannotBeDrawnWithOneLine) {
  train();
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"--size 10", "do not divide 10"},
      {"--size 8x10", "do not divide 10"},
      {"--size 0", "not a size"},
      {"--size -8", "not a size"},
      {"--size 8x", "not a size"},
      {"--size x8", "not a size"},
      {"--size 8x8x8", "not a size"},
      {"--size 8.0", "not a size"},
      {"--size 99999999999999999999", "not a size"},
      {"--size 8192 --count 1", "at most 65536"},
      {"--size 2048 --count 1000", "--count 1000"},
      {"--resize yran", "did you mean 'yarn'"}};
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome =
        run_program("sample " + path("run") + " --out " + path("x.png") + " " + arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << ": " << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
  EXPECT_FALSE(fs::exists(folder_ / "x.png"));
}

TEST_F(Sampling, MixesWithNoOtherPictures) {
  train();
  ASSERT_EQ(sample("new/singles", "").exit_code, 0);
  ASSERT_EQ(sample("new/grids/x.png", "").exit_code, 0);
  fs::create_directories(folder_ / "folder.png");
  const std::vector<std::pair<std::string, std::string>> cases = {{"new/singles", "not empty"},
                                                                  {"pictures/singles", "inside the pictures"},
                                                                  {"pictures/x.png", "inside the pictures"},
                                                                  {"folder.png", "it is a folder"}};
  for (const auto& [out, hint] : cases) {
    const Outcome outcome = sample(out, "");
    EXPECT_EQ(outcome.exit_code, 2) << out;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
  // A run whose pictures are gone draws wherever it is asked to.
  fs::rename(folder_ / "pictures", folder_ / "gone");
  fs::create_symlink("pictures", folder_ / "pictures");
  EXPECT_EQ(sample("still.png", "").exit_code, 0);
  fs::remove(folder_ / "pictures");
  fs::rename(folder_ / "gone", folder_ / "pictures");
  const std::string from_inside = "cd " + path("pictures") + ";";
  EXPECT_EQ(run_in_shell("sample " + path("run") + " --out x.png", from_inside).exit_code, 2);
}

// The largest difference of a pixel of two files.
int difference(const fs::path& a, const fs::path& b) {
  return static_cast<int>(cv::norm(cv::imread(a.string()), cv::imread(b.string()), cv::NORM_INF));
}

TEST_F(Sampling, DrawsTheSamePicturesHoweverMany) {
  for (const std::string conditional : {"", "--conditional"}) {
    if (!conditional.empty()) {
      fs::remove_all(folder_ / "run");
      for (const char* name : {"pictures/a", "pictures/b", "pictures/c"}) {
        write_noise(folder_ / name, 3, 8, 1);
      }
    }
    train(conditional);
    ASSERT_EQ(sample("few", "").exit_code, 0);
    ASSERT_EQ(run_program("sample " + path("run") + " --out " + path("many") + " --count 70").exit_code, 0);
    for (int i = 0; i < 4; ++i) {
      const std::string name = "00000" + std::to_string(i) + ".png";
      // Matrices of other shapes round otherwise.
      EXPECT_LE(difference(folder_ / "few" / name, folder_ / "many" / name), 1) << conditional << name;
    }
    EXPECT_GT(difference(folder_ / "many/000000.png", folder_ / "many/000001.png"), 1);
    fs::remove_all(folder_ / "few");
    fs::remove_all(folder_ / "many");
  }
}

TEST_F(Sampling, TruncatedDrawsTypicalPictures) {
  train();
  ASSERT_EQ(sample("whole", "").exit_code, 0);
  ASSERT_EQ(sample("same", "--truncation 1").exit_code, 0);
  ASSERT_EQ(sample("half", "--truncation 0.5").exit_code, 0);
  ASSERT_EQ(sample("mean", "--truncation 0").exit_code, 0);
  const auto spread = [&](const std::string& name) {
    return difference(folder_ / name / "000000.png", folder_ / name / "000001.png");
  };
  EXPECT_EQ(difference(folder_ / "whole/000002.png", folder_ / "same/000002.png"), 0);
  EXPECT_LT(spread("half"), spread("whole"));
  EXPECT_LE(spread("mean"), 1);
  const Outcome refused = sample("x.png", "--truncation 1.5");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_TRUE(is_one_line(refused.errors)) << refused.errors;
}

TEST_F(Sampling, FollowsARunOfEveryDirectionAndScheme) {
  for (const auto& [attention, pattern] : attention_pattern_names) {
    for (const auto& [positions, scheme] : position_scheme_names) {
      fs::remove_all(folder_ / "run");
      train("--attention " + std::string(attention) + " --positions " + std::string(positions));
      const Outcome resumed = run_program("resume " + path("run") + " --steps 3");
      ASSERT_EQ(resumed.exit_code, 0) << attention << ", " << positions << ": " << resumed.errors;
      EXPECT_NE(resumed.errors.find("step 3"), std::string::npos) << resumed.errors;
      const Outcome outcome = sample("x.png", "--size 16 --resize ntk");
      EXPECT_EQ(outcome.exit_code, 0) << attention << ", " << positions << ": " << outcome.errors;
    }
  }
}

}  // namespace
}  // namespace ganwright
