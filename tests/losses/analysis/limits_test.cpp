#include "losses/analysis/limits.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>

#include "losses/divergence/design.h"
#include "losses/divergence/named_loss.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

struct Expected {
  double f_at_zero;
  double slope_at_one;
  double slope_at_infinity;
};

void expect_near_or_equal(double value, double expected, const std::string& what) {
  if (std::isinf(expected)) {
    EXPECT_EQ(value, expected) << what;
  } else {
    EXPECT_NEAR(value, expected, 1e-9 * std::max(1.0, std::abs(expected))) << what;
  }
}

TEST(Limits, AreTheKnownOnesOfEveryRow) {
  const double ln2 = std::log(2.0);
  const std::map<std::string, Expected> known = {
      {"kl", {0, 1, kInfinity}},
      {"reverse-kl", {kInfinity, -1, 0}},
      {"jeffreys", {kInfinity, 0, kInfinity}},
      {"js", {ln2 / 2, 0, ln2 / 2}},
      {"gan", {ln2, 0, ln2}},
      {"weighted-js", {ln2 / 2, 0, ln2 / 2}},
      {"squared-hellinger", {1, 0, 1}},
      {"pearson-chi2", {1, 0, kInfinity}},
      {"neyman-chi2", {kInfinity, 0, 1}},
      {"symmetric-chi2", {kInfinity, 0, kInfinity}},
      {"total-variation", {0.5, 0, 0.5}},
      {"hockey-stick", {0, 0.5, 1}},
      {"alpha", {2, 0, 2}},
      {"triangular", {1, 0, 1}},
      {"softened-reverse-kl", {kInfinity, -1, -ln2}},
      {"arithmetic-geometric", {kInfinity, 0, kInfinity}},
      {"skew-kl", {0, 0.5, ln2}},
      {"k-divergence", {0, 0.5, ln2}},
      {"vajda", {1, 0, kInfinity}},
      {"puri-vincze", {1, 0, 1}},
      {"hinge", {1, 0, 1}},
  };
  for (const std::string& name : divergence_names()) {
    EXPECT_TRUE(known.contains(name)) << name;
  }
  for (const auto& [name, expected] : known) {
    const Limits limits = limits_of(divergence_by_name(name));
    expect_near_or_equal(limits.f_at_zero, expected.f_at_zero, name + ": f(0)");
    expect_near_or_equal(limits.slope_at_one, expected.slope_at_one, name + ": f'(1)");
    expect_near_or_equal(limits.slope_at_infinity, expected.slope_at_infinity, name + ": f'(inf)");
  }
}

TEST(Limits, AreFiniteHoweverSlowlyTheyAreReached) {
  EXPECT_NEAR(limits_of(named_divergence("alpha:0.999999")).slope_at_infinity, 1e6, 1e-3);
  EXPECT_EQ(limits_of(named_divergence("alpha:1.000001")).slope_at_infinity, kInfinity);
  EXPECT_NEAR(limits_of(named_divergence("alpha:1.000001")).slope_at_zero, -1e6, 1e-3);
}

TEST(Limits, OfADesignAreThoseOfItsDivergence) {
  const Limits design = limits_of(named_design("sigmoid:1,-1,0"));
  const Limits gan = limits_of(named_divergence("gan"));
  EXPECT_NEAR(design.missed_cost(), gan.missed_cost(), 1e-9);
  EXPECT_NEAR(design.stray_cost(), gan.stray_cost(), 1e-9);
  EXPECT_NEAR(design.largest_value(), 2 * std::log(2.0), 1e-9);
}

TEST(Limits, CostsDoNotDependOnTheLineThatIsAdded) {
  const Limits plain = limits_of(written_divergence("(t-1)^2/(t+1)"));
  const Limits tilted = limits_of(written_divergence("(t-1)^2/(t+1) + 7*(t-1)"));
  EXPECT_NEAR(plain.missed_cost(), tilted.missed_cost(), 1e-12);
  EXPECT_NEAR(plain.stray_cost(), tilted.stray_cost(), 1e-12);
}

TEST(Limits, TailsOfTheWeightsOfGan) {
  const Limits limits = limits_of(named_divergence("gan"));
  EXPECT_EQ(limits.real_weight_at_zero.limit, 1);
  EXPECT_NEAR(limits.real_weight_at_infinity.exponent, -1, 1e-9);
  EXPECT_EQ(limits.real_weight_at_infinity.limit, 0);
  EXPECT_NEAR(limits.fake_weight_at_zero.exponent, 1, 1e-9);
  EXPECT_EQ(limits.fake_weight_at_infinity.limit, 1);
}

TEST(Limits, RefuseALossWithoutAnF) {
  EXPECT_THROW(limits_of(divergence_by_name("wasserstein")), LossError);
}

}  // namespace
}  // namespace ganwright
