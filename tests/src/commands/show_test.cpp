#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::is_one_line;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::TemporaryFolder;

TEST(Show, TellsTheStoryOfALoss) {
  const auto outcome = run_program("show gan");
  EXPECT_EQ(outcome.exit_code, 0);
  for (const std::string part :
       {"f(t)", "f*(v)", "softened-reverse-kl", "2 * js up to c (t - 1)", "- a missed real mode"}) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << "\n" << outcome.output;
  }
}

TEST(Show, JsonHoldsTheSame) {
  const auto object = nlohmann::json::parse(run_program("show --f \"t*log(t)\" --json").output);
  EXPECT_EQ(object.at("limits").at("f'(inf)"), "inf");
  EXPECT_EQ(object.at("weights").size(), 9U);
  EXPECT_DOUBLE_EQ(object.at("curvature_at_one").get<double>(), 1);
}

TEST(Show, ReportsWhereTheGeneratorIsPushedTheWrongWay) {
  const auto object =
      nlohmann::json::parse(run_program("show kl --link ratio --beta \"v*log(v)\" --json").output);
  ASSERT_EQ(object.at("wrong_way").size(), 1U);
  EXPECT_NEAR(object.at("wrong_way")[0][0].get<double>(), std::exp(-1), 1e-6);
}

TEST(Show, DrawsIntoAFolderAsPngAndSvg) {
  const TemporaryFolder folder;
  const auto outcome = run_program("show alpha:0.3 --out " + (folder / "plots").string());
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_TRUE(std::filesystem::exists(folder / "plots/alpha_0.3.png"));
  EXPECT_TRUE(std::filesystem::exists(folder / "plots/alpha_0.3.svg"));
}

TEST(Show, DrawsWhatIsNotConvexOrNothingAtAll) {
  const TemporaryFolder folder;
  for (const std::string f : {"-(t-1)^2", "1-t^2", "log(t)", "sin(t-1)", "t-1", "0*t"}) {
    const auto outcome = run_program("show --f \"" + f + "\" --out " + (folder / "plot.png").string());
    EXPECT_EQ(outcome.exit_code, 0) << f << outcome.errors;
    EXPECT_TRUE(std::filesystem::remove(folder / "plot.png")) << f;
  }
}

TEST(Show, MistakesAreOneLineAndExitWithTwo) {
  for (const std::string arguments :
       {"show", "show kll", "show kl --f \"t-1\"", "show --f \"t-1)\"", "show kl --out /dev/null/plot.png",
        "show kl --out plot.pdf", "show wasserstein --out plot.png"}) {
    const auto outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << "\n" << outcome.errors;
  }
}

TEST(Show, SaysThatGnuplotIsMissing) {
  const TemporaryFolder folder;
  const auto outcome = run_in_shell("show kl --out " + (folder / "plot.png").string(), "PATH=");
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_TRUE(is_one_line(outcome.errors));
  EXPECT_NE(outcome.errors.find("install gnuplot"), std::string::npos) << outcome.errors;
  EXPECT_FALSE(std::filesystem::exists(folder / "plot.png"));
}

}  // namespace
}  // namespace ganwright
