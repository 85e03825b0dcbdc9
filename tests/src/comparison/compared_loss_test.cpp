#include "comparison/compared_loss.h"

#include <gtest/gtest.h>

#include <set>

#include "errors.h"

namespace ganwright {
namespace {

std::vector<std::string> names_of(const std::vector<ComparedLoss>& losses) {
  std::vector<std::string> names;
  for (const ComparedLoss& loss : losses) {
    names.push_back(loss.name);
  }
  return names;
}

TEST(ComparedLosses, AreEveryDivergenceWithEveryLinkAndGeneratorObjective) {
  const ComparisonGrid grid{.divergences = {"kl", "alpha:0.5"},
                            .links = {"log", "dual"},
                            .generator_objectives = {"minimax", "non-saturating"}};
  const auto losses = compared_losses(grid, {.normalize_curvature = true});
  ASSERT_EQ(losses.size(), 8);
  std::set<std::string> folders;
  std::set<std::vector<std::string>> choices;
  for (const ComparedLoss& loss : losses) {
    folders.insert(loss.folder);
    choices.insert({loss.options.divergence, loss.options.link, loss.options.generator_objective});
    EXPECT_TRUE(loss.options.normalize_curvature);
  }
  EXPECT_EQ(folders.size(), 8);
  EXPECT_EQ(choices.size(), 8);
  EXPECT_EQ(losses.back().name, "alpha:0.5, dual link, non-saturating");
  EXPECT_EQ(losses.back().folder, "alpha_0.5_dual_link_non-saturating");
}

TEST(ComparedLosses, AreTheOneOfTheOptionsWithoutAGrid) {
  EXPECT_EQ(names_of(compared_losses({}, {.divergence = "jeffreys"})), std::vector<std::string>{"jeffreys"});
}

TEST(ComparedLosses, TakeAWrittenOneBesideTheNamedOnes) {
  const LossOptions written{.divergence = "", .f = "(t-1)^2*a", .parameters = {"a=2"}};
  const auto losses = compared_losses({.divergences = {"kl"}}, written);
  EXPECT_EQ(names_of(losses), (std::vector<std::string>{"kl", "written"}));
  EXPECT_EQ(losses[0].options.f, "");
  EXPECT_TRUE(losses[0].options.parameters.empty());
  EXPECT_EQ(losses[1].options.f, written.f);
  EXPECT_EQ(losses[1].options.parameters, written.parameters);
}

TEST(ComparedLosses, HaveTheParametersThatTheirFormulasSpeakOf) {
  const LossOptions options{.divergence = "", .f = "(t-1)^2*a", .parameters = {"a=2", "b=3"}};
  const auto losses = compared_losses({.divergences = {"kl"}, .links = {"log", "b*log(t)"}}, options);
  std::vector<std::vector<std::string>> parameters;
  for (const ComparedLoss& loss : losses) {
    parameters.push_back(loss.options.parameters);
  }
  EXPECT_EQ(parameters, (std::vector<std::vector<std::string>>{{}, {"b=3"}, {"a=2"}, {"a=2", "b=3"}}));
  EXPECT_THROW(compared_losses({.divergences = {"kl"}}, {.parameters = {"a=2"}}), UsageError);
}

TEST(ComparedLosses, AreRefusedWhereTwoAreTheSameOrTwoOptionsSpeakOfOneThing) {
  EXPECT_THROW(compared_losses({.divergences = {"kl", "kl"}}, {}), UsageError);
  EXPECT_THROW(compared_losses({.divergences = {"alpha", "alpha:0.5"}}, {}), UsageError);
  EXPECT_THROW(compared_losses({.links = {"log"}}, {.link = "dual"}), UsageError);
  EXPECT_THROW(compared_losses({.generator_objectives = {"minimax"}}, {.beta = "v"}), UsageError);
  EXPECT_THROW(compared_losses({.generator_objectives = {"minimax"}}, {.generator_f = "(t-1)^2"}),
               UsageError);
}

}  // namespace
}  // namespace ganwright
