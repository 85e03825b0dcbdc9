#include <gtest/gtest.h>

#include <nlohmann/json.hpp>

#include "losses/divergence/named_loss.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::is_one_line;
using test_support::run_program;
using test_support::TemporaryFolder;

TEST(Losses, TheJsonListHoldsEveryLoss) {
  const auto list = nlohmann::json::parse(run_program("losses --json").output);
  const auto names = loss_names();
  ASSERT_EQ(list.size(), names.size());
  for (size_t i = 0; i < list.size(); ++i) {
    EXPECT_EQ(list[i].at("name"), names[i]);
    EXPECT_TRUE(list[i].at("f").is_string());
    const std::string kind = list[i].at("kind");
    EXPECT_TRUE(kind == "smooth" || kind == "dual-pair" || kind == "design" || kind == "baseline") << kind;
    EXPECT_EQ(kind == "design", list[i].contains("omega_inverse"));
  }
}

TEST(Losses, TheTableNamesEveryLoss) {
  const std::string table = run_program("losses").output;
  for (const std::string& name : loss_names()) {
    EXPECT_NE(table.find("\n" + name), std::string::npos) << name;
  }
}

TEST(Losses, KindAndFilterNarrowTheList) {
  EXPECT_EQ(nlohmann::json::parse(run_program("losses --kind baseline --json").output).size(), 2U);
  const auto list =
      nlohmann::json::parse(run_program("losses --kind divergence --filter Jensen --json").output);
  ASSERT_EQ(list.size(), 2U);
  EXPECT_EQ(list[0].at("name"), "js");
  EXPECT_EQ(list[1].at("name"), "weighted-js");
}

TEST(Losses, ComparesSeveralWithDesignsOfSeveralNumbers) {
  const TemporaryFolder folder;
  const auto outcome =
      run_program("losses --compare kl,mse:-1,1,total-variation --normalize-curvature --json --out " +
                  (folder / "plot.svg").string());
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto object = nlohmann::json::parse(outcome.output);
  EXPECT_EQ(object.at("rows")[1].at("name"), "mse:-1,1");
  EXPECT_EQ(object.at("left_out")[0].at("name"), "total-variation");
  EXPECT_TRUE(std::filesystem::exists(folder / "plot.svg"));
}

TEST(Losses, MistakesAreOneLineAndExitWithTwo) {
  for (const std::string arguments :
       {"losses --kind other", "losses --filter nothing-has-this", "losses --compare kl,kll",
        "losses --markdown", "losses --compare kl --json --markdown", "losses --compare kl --out plot.pdf",
        "losses --compare wasserstein", "losses --compare kl,js --filter hellinger",
        "losses --compare kl,js --kind design"}) {
    const auto outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << "\n" << outcome.errors;
  }
}

}  // namespace
}  // namespace ganwright
