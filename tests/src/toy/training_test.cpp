#include "toy/training.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>

#include <cmath>

#include "errors.h"
#include "system/interrupt.h"
#include "tests/support/thread_count.h"
#include "toy/picture.h"

namespace ganwright {
namespace {

// More threads than the tests have processors would only slow them down.
class TryLoss : public testing::Test {
  const test_support::ThreadCount one_thread_{1};
};

void ignore_progress(int64_t, int64_t) {}

Loss loss_of(const std::string& divergence, const std::string& generator_objective = "minimax",
             const std::string& link = "") {
  LossOptions options;
  options.divergence = divergence;
  options.generator_objective = generator_objective;
  options.link = link;
  return make_loss(options);
}

ToyProblem critic_only(const std::string& target, const std::string& source) {
  return {.target = read_density(target, "p"), .source = read_density(source, "q")};
}

TEST_F(TryLoss, EstimatesTheDivergenceOfTwoDensitiesWithinTwoPercent) {
  const ToyProblem problem = critic_only("0.5,-1,0.8;0.5,1,0.8", "1,0.3,1.5");
  for (const char* name : {"kl", "reverse-kl", "js", "pearson-chi2", "total-variation", "hinge"}) {
    const ToyResult result = try_loss(loss_of(name), problem, ignore_progress);
    EXPECT_NEAR(result.estimate / *result.exact, 1, 0.02) << name;
    EXPECT_LE(result.estimate, *result.exact * 1.0001) << name;
    EXPECT_NE(result.sampling.find("weighted"), std::string::npos);
  }
}

TEST_F(TryLoss, EstimatesEveryNamedDivergenceWithinTwoPercent) {
  ToyProblem problem = critic_only("1,0,1", "1,1,1.1");
  problem.steps = 200;
  for (const std::string& name : divergence_names()) {
    const ToyResult result = try_loss(loss_of(name), problem, ignore_progress);
    EXPECT_NEAR(result.estimate / *result.exact, 1, 0.02) << name;
  }
}

TEST_F(TryLoss, LearnsTheLogRatioUnderEveryKindOfLink) {
  ToyProblem problem = critic_only("1,0,1", "1,1,1.1");
  for (const char* link : {"log", "ratio", "posterior", "dual"}) {
    const ToyResult result = try_loss(loss_of("js", "minimax", link), problem, ignore_progress);
    EXPECT_LT(*result.log_ratio_error, 0.1) << link;
  }
}

TEST_F(TryLoss, FitsAnAffineGeneratorToTheMinimumOfTheDivergence) {
  for (const char* name : {"kl", "reverse-kl", "js", "jeffreys", "pearson-chi2"}) {
    ToyProblem problem{.target = read_density("0.3,-1,0.5;0.7,1.5,0.9", "p"), .source = std::nullopt};
    problem.steps = 300;
    const ToyResult result = try_loss(loss_of(name), problem, ignore_progress);
    EXPECT_NEAR(result.fit->mean, result.optimum->mean, 0.03) << name;
    EXPECT_NEAR(result.fit->standard_deviation, result.optimum->standard_deviation, 0.03) << name;
    EXPECT_NEAR(result.estimate / *result.exact, 1, 0.02) << name;
  }
}

TEST_F(TryLoss, FollowsTheEffectiveDivergenceOfTheGeneratorsObjective) {
  ToyProblem problem{.target = read_density("0.3,-1,0.5;0.7,1.5,0.9", "p"), .source = std::nullopt};
  const ToyResult result = try_loss(loss_of("js", "reverse-kl"), problem, ignore_progress);
  problem.steps = 12;  // The optimum is computed, not trained.
  const ToyResult reverse = try_loss(loss_of("reverse-kl"), problem, ignore_progress);
  EXPECT_NEAR(result.optimum->mean, reverse.optimum->mean, 1e-3);
  EXPECT_NEAR(result.fit->mean, result.optimum->mean, 0.03);
  EXPECT_NEAR(result.fit->standard_deviation, result.optimum->standard_deviation, 0.03);
}

TEST_F(TryLoss, TellsWhatIsInfiniteAndWhatIsUnknown) {
  ToyProblem problem = critic_only("1,0,1.5", "1,0,1");
  problem.steps = 20;
  EXPECT_TRUE(std::isinf(*try_loss(loss_of("pearson-chi2"), problem, ignore_progress).exact));
  EXPECT_FALSE(try_loss(loss_of("total-variation"), problem, ignore_progress).log_ratio_error);
  ToyProblem plane{.target = read_density("ring", "p"), .source = std::nullopt};
  plane.steps = 20;
  const ToyResult result = try_loss(loss_of("gan"), plane, ignore_progress);
  EXPECT_FALSE(result.exact);
  EXPECT_FALSE(result.fit);
  EXPECT_NE(result.sampling.find("plain"), std::string::npos);
}

TEST_F(TryLoss, IsRepeatedByItsSeed) {
  ToyProblem problem = critic_only("1,0,1", "1,1,1");
  problem.steps = 20;
  problem.plain_sampling = true;
  const double first = try_loss(loss_of("kl"), problem, ignore_progress).estimate;
  EXPECT_EQ(try_loss(loss_of("kl"), problem, ignore_progress).estimate, first);
  problem.seed = 1;
  EXPECT_NE(try_loss(loss_of("kl"), problem, ignore_progress).estimate, first);
}

TEST_F(TryLoss, TrainsATransformerCriticToo) {
  ToyProblem problem = critic_only("1,0,1", "1,1,1.2");
  problem.critic = ToyCriticKind::transformer;
  problem.steps = 100;
  const ToyResult result = try_loss(loss_of("js"), problem, ignore_progress);
  EXPECT_NEAR(result.estimate / *result.exact, 1, 0.02);
}

TEST_F(TryLoss, MovesANetworkTowardsItsTargetInThePlane) {
  ToyProblem problem{.target = read_density("ring", "p"), .source = std::nullopt};
  problem.steps = 200;
  const ToyResult result = try_loss(loss_of("js"), problem, ignore_progress);
  // The centers of the ring are at radius 2; a start from noise is spread over the plane.
  const torch::Tensor radius = result.snapshots.back().samples.norm(2, 1);
  EXPECT_NEAR(radius.median().item<double>(), 2, 0.3);
}

TEST_F(TryLoss, ReportsItsProgressAndStopsWhenAsked) {
  ToyProblem problem = critic_only("1,0,1", "1,1,1");
  problem.steps = 10;
  std::vector<int64_t> seen;
  const auto note = [&](int64_t done, int64_t total) {
    EXPECT_EQ(total, 10);
    seen.push_back(done);
  };
  try_loss(loss_of("kl"), problem, note);
  EXPECT_EQ(seen.size(), 10U);
  EXPECT_EQ(seen.back(), 10);
  request_interrupt();
  EXPECT_THROW(try_loss(loss_of("kl"), problem, ignore_progress), Interrupted);
  clear_interrupt();
}

TEST(ToyScript, ShowsEverySnapshotAndTheTruth) {
  const test_support::ThreadCount one_thread(1);
  ToyProblem problem = critic_only("1,0,1", "1,1,1");
  problem.steps = 12;
  const Loss loss = loss_of("kl");
  const ToyResult result = try_loss(loss, problem, ignore_progress);
  ASSERT_EQ(result.snapshots.size(), 4U);
  const std::string script = toy_script(loss, problem, result);
  for (const char* part : {"'step 1'", "'step 4'", "'step 8'", "'step 12'", "'log p/q'"}) {
    EXPECT_NE(script.find(part), std::string::npos) << part;
  }
}

}  // namespace
}  // namespace ganwright
