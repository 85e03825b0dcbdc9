#include "evaluation/divergence_bounds.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "losses/divergence/divergence.h"

namespace ganwright {
namespace {

constexpr double kDistance = 1;
constexpr int64_t kCount = 1000;

// x at evenly spread quantiles of p = N(0, 1) and q = N(1, 1), where log p/q = 1/2 - x: sums over them are
// integrals.
LogRatios exact_log_ratios() {
  const torch::Tensor share = (torch::arange(kCount, torch::kFloat64) + 0.5) / static_cast<double>(kCount);
  const torch::Tensor x = at::erfinv(2 * share - 1) * std::sqrt(2.0);
  return {kDistance / 2 - x, kDistance / 2 - (x + kDistance)};
}

std::map<std::string, DivergenceBound> bounds_of(const LogRatios& ratios) {
  std::map<std::string, DivergenceBound> bounds;
  for (const DivergenceBound& bound : divergence_bounds(ratios, ratios)) {
    bounds[bound.name] = bound;
  }
  return bounds;
}

double normal_distribution(double x) {
  return 0.5 * std::erfc(-x / std::sqrt(2.0));
}

// Those of two normal densities of equal deviation that are known in closed form.
const std::map<std::string, double> kExact = {
    {"kl", 0.5},
    {"reverse-kl", 0.5},
    {"jeffreys", 1},
    {"squared-hellinger", 2 - 2 * std::exp(-1.0 / 8)},
    {"alpha:0.5", 4 * (1 - std::exp(-1.0 / 8))},
    {"total-variation", 2 * normal_distribution(0.5) - 1},
    {"hockey-stick:1", 2 * normal_distribution(0.5) - 1},
};

TEST(DivergenceBounds, OfTheTrueLogRatioAreTheDivergences) {
  const auto bounds = bounds_of(exact_log_ratios());
  EXPECT_EQ(bounds.size(), divergence_names().size());
  for (const auto& [name, exact] : kExact) {
    EXPECT_NEAR(bounds.at(name).bound, exact, 0.01) << name;
    EXPECT_NEAR(bounds.at(name).share, 1, 0.101) << name;
  }
  // Its tail lies beyond the outermost quantile.
  EXPECT_NEAR(bounds.at("pearson-chi2").bound, std::exp(1) - 1, 0.15);
  EXPECT_NEAR(bounds.at("gan").bound, 2 * bounds.at("js").bound, 1e-9);
}

TEST(DivergenceBounds, OfAnotherLogRatioAreBelowTheDivergences) {
  const LogRatios truth = exact_log_ratios();
  const LogRatios bent{truth.p + 0.5 * (2 * truth.p).sin(), truth.q + 0.5 * (2 * truth.q).sin()};
  for (const LogRatios& ratios :
       {bent, LogRatios{truth.p * 0.4, truth.q * 0.4}, LogRatios{truth.p + 1, truth.q + 1}}) {
    const auto bounds = bounds_of(ratios);
    for (const auto& [name, exact] : kExact) {
      EXPECT_LT(bounds.at(name).bound, exact + 1e-3) << name;
      EXPECT_GT(bounds.at(name).bound, 0) << name;
    }
    EXPECT_LT(bounds.at("kl").bound, 0.49);
  }
}

TEST(DivergenceBounds, OfALogRatioThatIsTooLargeTakeAShareOfIt) {
  const LogRatios truth = exact_log_ratios();
  for (const auto& [name, bound] : bounds_of({truth.p * 5, truth.q * 5})) {
    EXPECT_GT(bound.bound, 0) << name;
    if (name == "kl") {
      EXPECT_NEAR(bound.share, 0.2, 0.01);
      EXPECT_NEAR(bound.bound, 0.5, 0.02);
    }
  }
}

TEST(DivergenceBounds, HaveIntervalsAsWideAsTheirStandardErrorSays) {
  const LogRatios truth = exact_log_ratios();
  const DivergenceBound kl = bounds_of(truth).at("kl");
  // The terms are 1 + u under p and -exp(u) under q.
  const double error = std::sqrt((truth.p.var() + truth.q.exp().var()).item<double>() / kCount);
  EXPECT_NEAR((kl.high - kl.low) / 2, 1.96 * error, 0.2 * error);
  EXPECT_LT(kl.low, kl.bound);
  EXPECT_GT(kl.high, kl.bound);
}

TEST(DivergenceBounds, OfCopiesHaveTheIntervalsOfTheDifferentPictures) {
  const LogRatios truth = exact_log_ratios();
  const auto sixfold = [](const torch::Tensor& values) { return values.repeat({6}); };
  const LogRatios copies{sixfold(truth.p), sixfold(truth.q)};
  const torch::Tensor groups = torch::arange(kCount, torch::kInt64).repeat({6});
  const DivergenceBound kl = bounds_of(truth).at("kl");
  for (const DivergenceBound& bound : divergence_bounds(truth, copies, {groups, groups})) {
    if (bound.name == "kl") {
      EXPECT_NEAR(bound.bound, kl.bound, 1e-12);
      EXPECT_NEAR((bound.high - bound.low) / (kl.high - kl.low), 1, 0.1);
    }
  }
}

TEST(DivergenceBounds, OfNoLogRatioAreZeroWithoutAnInterval) {
  const LogRatios nothing{torch::zeros({40}, torch::kFloat64), torch::zeros({30}, torch::kFloat64)};
  for (const auto& [name, bound] : bounds_of(nothing)) {
    EXPECT_NEAR(bound.bound, 0, 1e-12) << name;
    EXPECT_TRUE(std::isnan(bound.low) && std::isnan(bound.high)) << name;
  }
}

TEST(DivergenceBounds, AreChosenOnOtherPicturesThanTheyAreTakenOn) {
  const LogRatios truth = exact_log_ratios();
  const LogRatios swapped{truth.q, truth.p};
  // The validation part says that nothing is known.
  for (const DivergenceBound& bound : divergence_bounds(swapped, truth)) {
    EXPECT_EQ(bound.share, 0) << bound.name;
  }
}

}  // namespace
}  // namespace ganwright
