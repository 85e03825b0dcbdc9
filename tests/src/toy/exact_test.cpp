#include "toy/exact.h"

#include <gtest/gtest.h>

#include <cmath>

#include "losses/divergence/named_loss.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

double exact(const std::string& name, const Density& p, const Density& q) {
  return exact_divergence(f_of_log_ratio(divergence_by_name(name)), p, q).value().value();
}

RatioFunction written(const std::string& f) {
  LossOptions options;
  options.f = f;
  return f_of_log_ratio(divergence_of(options));
}

double kl(double m1, double s1, double m2, double s2) {
  return std::log(s2 / s1) + (s1 * s1 + (m1 - m2) * (m1 - m2)) / (2 * s2 * s2) - 0.5;
}

TEST(ExactDivergence, OfGaussiansIsTheClosedForm) {
  const Density p = normal_density(0.5, 1);
  const Density q = normal_density(-1, 1.3);
  const double forward = kl(0.5, 1, -1, 1.3);
  const double backward = kl(-1, 1.3, 0.5, 1);
  EXPECT_NEAR(exact("kl", p, q), forward, 1e-8);
  EXPECT_NEAR(exact("reverse-kl", p, q), backward, 1e-8);
  EXPECT_NEAR(exact("jeffreys", p, q), forward + backward, 1e-8);
  const double variances = 1 + 1.3 * 1.3;
  const double bhattacharyya = std::sqrt(2 * 1.3 / variances) * std::exp(-1.5 * 1.5 / (4 * variances));
  EXPECT_NEAR(exact("squared-hellinger", p, q), 2 - 2 * bhattacharyya, 1e-8);
  EXPECT_NEAR(exact("pearson-chi2", normal_density(1, 1), normal_density(0, 1)), std::exp(1.0) - 1, 1e-8);
}

TEST(ExactDivergence, OfAKinkIsThatOfTheDistributionFunction) {
  // Equal deviations: the densities cross halfway.
  const double shift = 1.2;
  const double variation = std::erf(shift / 2 / std::sqrt(2.0));
  EXPECT_NEAR(exact("total-variation", normal_density(0, 1), normal_density(shift, 1)), variation, 1e-7);
  EXPECT_NEAR(exact("hinge", normal_density(0, 1), normal_density(shift, 1)), 2 * variation, 1e-7);
}

TEST(ExactDivergence, OfADesignIsThatOfTheDivergenceBehindIt) {
  const Density p = read_density("0.5,-1,0.8;0.5,1,0.8", "p");
  const Density q = normal_density(0, 1.5);
  EXPECT_NEAR(exact("exponential", p, q), exact("squared-hellinger", p, q), 1e-7);
  EXPECT_NEAR(exact("cross-entropy", p, q), exact("gan", p, q), 1e-7);
  EXPECT_NEAR(2 * exact("ratio-mse", p, q), exact("pearson-chi2", p, q), 1e-7);
}

TEST(ExactDivergence, IsInfiniteWhereTheIntegrandDoesNotDieOut) {
  const Density narrow = normal_density(0, 1);
  const Density wide = normal_density(0.5, 1.5);
  EXPECT_EQ(exact("pearson-chi2", wide, narrow), kInfinity);
  EXPECT_EQ(exact("neyman-chi2", narrow, wide), kInfinity);
  EXPECT_TRUE(std::isfinite(exact("pearson-chi2", narrow, wide)));
  EXPECT_TRUE(std::isfinite(exact("kl", wide, narrow)));
  // p^2/q is flat where the variance of p is twice that of q.
  EXPECT_EQ(exact("pearson-chi2", normal_density(0, std::sqrt(2.0)), narrow), kInfinity);
  EXPECT_TRUE(std::isfinite(exact("pearson-chi2", normal_density(0, 1.4), narrow)));
}

TEST(ExactDivergence, IsKnownFarFromZeroAndBetweenNarrowModesFarApart) {
  EXPECT_NEAR(exact("kl", normal_density(1000, 0.001), normal_density(1000.0005, 0.001)), 0.125, 1e-8);
  const Density p = read_density("0.3,-1000,0.001;0.4,0,0.001;0.3,1000,0.001", "p");
  const Density q = read_density("0.2,-1000,0.0011;0.6,0.0003,0.001;0.2,1000.0001,0.002", "q");
  // No mode reaches into another one.
  const double apart = 0.3 * kl(0, 0.001, 0, 0.0011) + 0.4 * kl(0, 0.001, 0.0003, 0.001) +
                       0.3 * kl(0, 0.001, 0.0001, 0.002) + 2 * 0.3 * std::log(0.3 / 0.2) +
                       0.4 * std::log(0.4 / 0.6);
  EXPECT_NEAR(exact("kl", p, q), apart, 1e-7);
  // Where u is 1e10, t log t and (t + 1) log (t + 1) have no digit of their difference left.
  for (const Density& far : {normal_density(5, 0.01), normal_density(5000, 1)}) {
    EXPECT_NEAR(exact("js", p, far), std::log(2.0), 1e-6);
  }
}

TEST(ExactDivergence, BeyondTheRangeOfADoubleIsKnownByItsLogarithm) {
  const auto found = exact_divergence(f_of_log_ratio(divergence_by_name("pearson-chi2")),
                                      normal_density(40, 1), normal_density(0, 1));
  EXPECT_NEAR(found->log, 1600, 1e-9);
}

TEST(ExactDivergence, OfAFormulaInAsinhIsFiniteHoweverFarApartTheDensitiesAre) {
  // f(inf) / t is 0 and f(0) is asinh(1).
  const auto found =
      exact_divergence(written("-asinh(t)+asinh(1)"), normal_density(-60, 1), normal_density(0, 1));
  EXPECT_NEAR(found->value(), std::asinh(1.0), 1e-7);
}

TEST(ExactDivergence, StaysFiniteForDensitiesThatHardlyOverlap) {
  EXPECT_NEAR(exact("kl", normal_density(-20, 1), normal_density(20, 1)), 800, 1e-5);
  EXPECT_NEAR(exact("js", normal_density(-20, 0.01), normal_density(20, 3)), std::log(2.0), 1e-7);
}

TEST(ExactDivergence, OfANegativeWeightIsNegative) {
  const Density p = normal_density(0, 1);
  const Density q = normal_density(1, 1.5);
  const auto of_weight = [&](const std::string& rho) {
    return exact_divergence(f_of_log_ratio(divergence_of({.omega = "log(t)", .rho = rho})), p, q)
        .value()
        .value();
  };
  EXPECT_GT(of_weight("1"), 0.1);
  EXPECT_NEAR(of_weight("-1"), -of_weight("1"), 1e-9);
}

TEST(ExactDivergence, IsUnknownWhereTheIntegrandTurnsTooOften) {
  const RatioFunction f = written("sin(1000000000*(t-1))");
  const Density narrow = normal_density(0, 1);
  EXPECT_FALSE(exact_divergence(f, narrow, normal_density(0, 3)));
  // Here the tails tell that it is finite, and the middle does not.
  EXPECT_FALSE(
      exact_divergence(written("sin(1e7/(t+1)) - sin(1e7/2)"), normal_density(0, 2), normal_density(0, 3)));
}

TEST(ExactDivergence, KeepsItsDigitsWhereTheDensitiesAreAlmostEqual) {
  for (const double shift : {1e-3, 1e-5}) {
    EXPECT_NEAR(exact("kl", normal_density(0, 1), normal_density(shift, 1)) / (shift * shift / 2), 1, 1e-6);
  }
}

TEST(ExactDivergence, IsZeroBetweenADensityAndItself) {
  const Density p = read_density("0.5,-1,0.8;0.5,1,0.1", "p");
  for (const std::string& name : loss_names()) {
    if (name != "wasserstein") {
      EXPECT_NEAR(exact(name, p, p), 0, 1e-9) << name;
    }
  }
}

TEST(ExactDivergence, IsDividedByANormalizedCurvature) {
  LossOptions options;
  const Density p = normal_density(0, 1);
  const Density q = normal_density(1, 1.2);
  for (const char* name : {"gan", "cross-entropy"}) {
    options.divergence = name;
    options.normalize_curvature = true;
    // f''(1) of the gan is 1/2.
    EXPECT_NEAR(exact_divergence(f_of_log_ratio(make_loss(options)), p, q).value().value(),
                2 * exact("gan", p, q), 1e-7)
        << name;
  }
}

}  // namespace
}  // namespace ganwright
