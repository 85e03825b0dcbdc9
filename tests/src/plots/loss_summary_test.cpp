#include "plots/loss_summary.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace ganwright {
namespace {

LossSummary summary_of(const std::string& divergence, const std::string& generator = "non-saturating",
                       const std::string& link = "") {
  LossOptions options;
  options.divergence = divergence;
  options.generator_objective = generator;
  options.link = link;
  return summarize(make_loss(options));
}

bool says(const LossSummary& summary, const std::string& text) {
  return std::any_of(summary.remarks.begin(), summary.remarks.end(),
                     [&](const std::string& remark) { return remark.find(text) != std::string::npos; });
}

TEST(LossSummary, WeightsOfGanAreSigmoids) {
  for (const WeightRow& row : summary_of("gan").weights) {
    const double r = row.ratio;
    EXPECT_NEAR(row.real, 1 / (1 + r), 1e-12);
    EXPECT_NEAR(row.fake, r / (1 + r), 1e-12);
    EXPECT_NEAR(row.generator, 1 / (1 + r), 1e-12);
  }
}

TEST(LossSummary, TheGeneratorsWeightDoesNotDependOnTheLink) {
  const auto log = summary_of("squared-hellinger", "minimax", "log").weights;
  const auto paper = summary_of("squared-hellinger", "minimax", "f-gan").weights;
  ASSERT_EQ(log.size(), paper.size());
  for (size_t i = 0; i < log.size(); ++i) {
    EXPECT_NEAR(log[i].generator, paper[i].generator, 1e-7 * log[i].generator);
  }
}

TEST(LossSummary, SaysWhetherTheGeneratorSaturates) {
  EXPECT_TRUE(says(summary_of("gan", "minimax"), "the generator's weight vanishes like r^1"));
  EXPECT_TRUE(says(summary_of("gan"), "the generator's weight saturates at 1"));
}

TEST(LossSummary, SaysWhichSideIsChargedWithoutBound) {
  EXPECT_TRUE(says(summary_of("kl", "minimax"), "tends to cover modes"));
  EXPECT_TRUE(says(summary_of("reverse-kl", "minimax"), "tends to seek modes"));
  EXPECT_TRUE(says(summary_of("jeffreys", "minimax"), "both costs are unbounded"));
  EXPECT_TRUE(says(summary_of("squared-hellinger", "minimax"), "D is at most 2"));
}

TEST(LossSummary, NamesWhatWasReinvented) {
  const auto names = summary_of("exponential").recognized;
  EXPECT_NE(std::find(names.begin(), names.end(), "squared-hellinger"), names.end());
  EXPECT_EQ(summary_of("gan").effective, "softened-reverse-kl");
}

TEST(LossSummary, SaysThatAFunctionIsNotConvex) {
  LossOptions options;
  options.f = "-(t-1)^2";
  options.link = "log";
  options.require_convex = false;
  EXPECT_TRUE(says(summarize(make_loss(options)), "not convex"));
}

TEST(LossSummary, ADualPairIsTabledOverItsOutput) {
  const LossSummary summary = summary_of("total-variation");
  for (const WeightRow& row : summary.weights) {
    EXPECT_TRUE(std::isnan(row.ratio));
    EXPECT_NEAR(row.real, 0.5 / std::pow(std::cosh(row.output), 2), 1e-12);
  }
}

TEST(LossSummary, NumbersAreShownWithSixDigits) {
  EXPECT_EQ(shown(2.0 / 3), "0.666667");
  EXPECT_EQ(shown(-INFINITY), "-inf");
  EXPECT_EQ(shown(NAN), "unknown");
}

}  // namespace
}  // namespace ganwright
