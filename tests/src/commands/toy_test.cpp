#include <gtest/gtest.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::Outcome;
using test_support::run_program;
using test_support::TemporaryFolder;

nlohmann::json result_of(const std::string& arguments) {
  const Outcome outcome = run_program("toy --json " + arguments);
  EXPECT_EQ(outcome.exit_code, 0) << arguments << ": " << outcome.errors;
  return nlohmann::json::parse(outcome.output, nullptr, /*allow_exceptions=*/false);
}

TEST(Toy, PrintsOneObjectWithTheFitBesideTheOptimum) {
  const auto result = result_of("--divergence reverse-kl --target \"0.4,-1.5,0.6;0.6,1.2,0.8\" --seed 3");
  EXPECT_EQ(result.at("divergence"), "reverse-kl");
  EXPECT_EQ(result.at("link"), "log");
  EXPECT_EQ(result.at("generator_objective"), "minimax");
  EXPECT_EQ(result.at("seed"), 3);
  EXPECT_NEAR(result.at("mean"), result.at("optimum_mean"), 0.03);
  EXPECT_NEAR(result.at("std"), result.at("optimum_std"), 0.03);
  EXPECT_NEAR(result.at("estimate"), result.at("exact"), 0.02 * result.at("exact").get<double>());
}

TEST(Toy, EstimatesAWrittenDivergenceOfTwoGivenDensities) {
  const auto result = result_of("--critic-only --target 1,0,1 --source 1,1,1 --f \"(t-1)^2\"");
  EXPECT_NEAR(result.at("exact"), 1.718281828, 1e-6);
  EXPECT_NEAR(result.at("estimate"), 1.718281828, 0.03);
  EXPECT_FALSE(result.contains("mean"));
}

TEST(Toy, HasNullForWhatIsInfiniteOrUnknown) {
  const std::string few = "--critic-only --steps 5 --target 1,0,2 --source 1,0,1 --divergence ";
  const auto infinite = result_of(few + "pearson-chi2");
  EXPECT_TRUE(infinite.at("exact").is_null());
  EXPECT_EQ(infinite.at("exact_is_infinite"), true);
  EXPECT_TRUE(infinite.at("log_exact").is_null());
  EXPECT_TRUE(result_of(few + "total-variation").at("log_ratio_error").is_null());
  // Beyond a double, its logarithm is known.
  const auto beyond =
      result_of("--critic-only --steps 5 --target 1,40,1 --source 1,0,1 --divergence pearson-chi2");
  EXPECT_TRUE(beyond.at("exact").is_null());
  EXPECT_EQ(beyond.at("exact_is_infinite"), false);
  EXPECT_NEAR(beyond.at("log_exact"), 1600, 1e-6);
}

TEST(Toy, SaysInOneLineThatOutputsOfZeroHaveNoGradient) {
  const Outcome outcome = run_program("toy --steps 5 --critic-only --source 1,1,1 --divergence vajda:3");
  EXPECT_NE(outcome.errors.find("vajda:3: f''(1) is 0"), std::string::npos) << outcome.errors;
}

TEST(Toy, ShowsWhatAGanWouldSeeWhereItIsAsked) {
  const std::string few = "--critic-only --steps 5 --target 1,0,1 --source 1,1,1 ";
  EXPECT_EQ(result_of(few).at("sampling").get<std::string>().find("weighted"), 0U);
  const auto plain = result_of(few + "--plain-sampling");
  EXPECT_EQ(plain.at("sampling").get<std::string>().find("plain"), 0U);
  EXPECT_GT(plain.at("standard_error").get<double>(), 0);
}

TEST(Toy, DrawsPicturesOnTheLineAndInThePlane) {
  const TemporaryFolder folder;
  for (const char* target : {"1,0,1", "two-moons"}) {
    const fs::path out = folder / target;
    const std::string file = (folder / (std::string(target) + ".svg")).string();
    EXPECT_EQ(run_program("toy --steps 3 --target " + std::string(target) + " --out " + file).exit_code, 0);
    EXPECT_TRUE(fs::is_regular_file(file));
    ASSERT_EQ(
        run_program("toy --steps 12 --target " + std::string(target) + " --out " + out.string()).exit_code,
        0);
    for (const char* name : {"toy.png", "toy.svg"}) {
      EXPECT_GT(fs::file_size(out / name), 1000U) << target << " " << name;
    }
  }
}

TEST(Toy, RefusesWhatMakesNoSenseInOneLine) {
  for (const char* arguments :
       {"--target 1,2", "--target rong", "--target 1,0,0", "--critic-only", "--source 1,0,1",
        "--critic-only --source ring", "--critic-only --source 1,0,1 --generator mlp",
        "--target ring --generator affine", "--critic cnn", "--steps 0", "--divergence nothing",
        "--divergence total-variation --link log", "--f \"t*\"", "--out /proc/nowhere/toy"}) {
    const Outcome outcome = run_program("toy --json " + std::string(arguments));
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << ": " << outcome.errors;
    EXPECT_EQ(outcome.output, "") << arguments;
  }
}

}  // namespace
}  // namespace ganwright
