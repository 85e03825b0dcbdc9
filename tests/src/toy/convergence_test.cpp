// Whether D_f is finite, and how large, against closed forms: of Gaussians for powers of the ratio, of
// mixtures for whole ones.
#include "toy/convergence.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "losses/divergence/named_loss.h"
#include "losses/numeric/infinity.h"
#include "toy/exact.h"

namespace ganwright {
namespace {

Convergence convergence(const std::string& name, const Density& p, const Density& q) {
  return convergence_of(growth_of(divergence_by_name(name)), p, q);
}

Density from(const std::string& text) {
  return read_density(text, "density");
}

// The logarithm of the integral of p^k q^(1-k) of two Gaussians; infinite where it is.
double log_power_integral(double k, const Density::Component& p, const Density::Component& q) {
  const double vp = p.standard_deviation * p.standard_deviation;
  const double vq = q.standard_deviation * q.standard_deviation;
  const double variance = k * vq + (1 - k) * vp;
  const double shift = p.mean[0] - q.mean[0];
  return variance > 0 ? (1 - k) / 2 * std::log(vp) + k / 2 * std::log(vq) - std::log(variance) / 2 -
                            k * (1 - k) * shift * shift / (2 * variance)
                      : kInfinity;
}

class Draws {
 public:
  double uniform(double low, double high) { return std::uniform_real_distribution(low, high)(engine_); }
  Density normal() { return normal_density(uniform(-3, 3), std::exp(uniform(-1.2, 1.2))); }
  Density mixture() {
    return blend(normal(), blend(normal(), normal(), uniform(0.1, 0.9)), uniform(0.1, 0.9));
  }

 private:
  std::mt19937 engine_{5};
};

TEST(Convergence, OfPowersOfTheRatioOfGaussiansIsThatOfTheClosedForm) {
  Draws draws;
  int infinite = 0;
  for (const char* alpha : {"-2.5", "-1", "-0.3", "0.4", "1.5", "2", "3.7"}) {
    const double k = std::stod(alpha);
    const RatioFunction f = f_of_log_ratio(divergence_by_name("alpha:" + std::string(alpha)));
    for (int i = 0; i < 60; ++i) {
      const Density p = draws.normal();
      const Density q = draws.normal();
      const double log_integral = log_power_integral(k, p.components[0], q.components[0]);
      const SignedLog found = exact_divergence(f, p, q).value();
      const SignedLog expected =
          (SignedLog{1.0, log_integral} + SignedLog{-1.0, 0.0}) * SignedLog::from_value(1 / (k * (k - 1)));
      if (std::isinf(log_integral)) {
        EXPECT_EQ(found.log, kInfinity) << alpha;
        ++infinite;
      } else {
        EXPECT_NEAR(found.log, expected.log, 1e-6)
            << alpha << ": " << p.components[0].mean[0] << " " << p.components[0].standard_deviation << " "
            << q.components[0].mean[0] << " " << q.components[0].standard_deviation;
      }
    }
  }
  EXPECT_GT(infinite, 60);
}

TEST(Convergence, SeesALateRiseOnEitherSideOfTheEdge) {
  // p^3.7 q^-2.7 is finite where the variance of p is below 37/27 of that of q.
  const RatioFunction f = f_of_log_ratio(divergence_by_name("alpha:3.7"));
  for (const double share : {0.9, 0.99, 0.999, 0.99999, 1.00001, 1.001}) {
    const Density p = normal_density(0.3, std::sqrt(37.0 / 27 * share));
    const Density q = normal_density(0, 1);
    const SignedLog integral{1.0, log_power_integral(3.7, p.components[0], q.components[0])};
    const double expected = (integral + SignedLog{-1.0, 0.0}).log - std::log(3.7 * 2.7);
    const SignedLog found = exact_divergence(f, p, q).value();
    if (share > 1) {
      EXPECT_EQ(found.log, kInfinity) << share;
    } else {
      EXPECT_NEAR(found.log, expected, 1e-6 * std::abs(expected)) << share;
    }
  }
}

TEST(Convergence, OfTheKullbackLeiblerDivergenceIsThatOfTheClosedFormForEveryPair) {
  Draws draws;
  const RatioFunction f = f_of_log_ratio(divergence_by_name("kl"));
  for (int i = 0; i < 200; ++i) {
    const Density p = draws.normal();
    const Density q = draws.normal();
    const double s = p.components[0].standard_deviation / q.components[0].standard_deviation;
    const double d = (p.components[0].mean[0] - q.components[0].mean[0]) / q.components[0].standard_deviation;
    const double expected = (s * s + d * d - 1) / 2 - std::log(s);
    EXPECT_NEAR(exact_divergence(f, p, q)->value(), expected, 1e-7 * (1 + expected));
  }
}

TEST(Convergence, OfPearsonsDivergenceOfAMixtureIsASumOverItsPairs) {
  Draws draws;
  int infinite = 0;
  for (int i = 0; i < 100; ++i) {
    const Density mixture = draws.mixture();
    const Density normal = draws.normal();
    const double precision = std::pow(normal.components[0].standard_deviation, -2);
    SignedLog sum{-1.0, 0.0};
    bool is_infinite = false;
    for (const auto& a : mixture.components) {
      for (const auto& b : mixture.components) {
        // The integral of a b / normal, with the mean of the normal at 0.
        const double pa = std::pow(a.standard_deviation, -2);
        const double pb = std::pow(b.standard_deviation, -2);
        const double ma = a.mean[0] - normal.components[0].mean[0];
        const double mb = b.mean[0] - normal.components[0].mean[0];
        const double left = pa + pb - precision;
        is_infinite = is_infinite || left <= 0;
        const double log_value = std::log(a.weight * b.weight) +
                                 (std::log(pa) + std::log(pb) - std::log(precision) - std::log(left)) / 2 +
                                 (std::pow(pa * ma + pb * mb, 2) / left - pa * ma * ma - pb * mb * mb) / 2;
        sum = sum + SignedLog{1.0, log_value};
      }
    }
    infinite += static_cast<int>(is_infinite);
    for (const auto& [name, p, q] :
         {std::tuple("pearson-chi2", mixture, normal), std::tuple("neyman-chi2", normal, mixture)}) {
      const SignedLog found = exact_divergence(f_of_log_ratio(divergence_by_name(name)), p, q).value();
      if (is_infinite) {
        EXPECT_EQ(found.log, kInfinity) << name;
      } else {
        EXPECT_NEAR(found.log, sum.log, 1e-6) << name;
      }
    }
  }
  EXPECT_GT(infinite, 20);
  EXPECT_LT(infinite, 80);
}

TEST(Convergence, OfNeymansDivergenceOfTheDefaultTargetEndsWhereTheTailsOfQAreTooWide) {
  const Density target = from("0.5,-2,0.7;0.5,2,0.7");
  EXPECT_EQ(convergence("neyman-chi2", target, from("1,0,1")), Convergence::infinite);
  EXPECT_EQ(convergence("neyman-chi2", target, from("1,0,0.98995")), Convergence::infinite);
  EXPECT_EQ(convergence("neyman-chi2", target, from("1,0,0.98994")), Convergence::finite);
  EXPECT_EQ(convergence("pearson-chi2", from("1,0,1"), from("0.5,-3,0.7;0.5,3,0.7")), Convergence::infinite);
  EXPECT_EQ(convergence("symmetric-chi2", target, from("1,0,1.0183")), Convergence::infinite);
}

TEST(Convergence, OnTheEdgeIsDecidedByTheMeansAndThenByLogarithms) {
  // With a standard deviation of 1 against 2, p^k q^(1-k) has no square left at k = -1/3.
  const Density p = normal_density(0, 1);
  const auto edge = [&](double mean) { return normal_density(mean, 2); };
  EXPECT_EQ(convergence("alpha:-1/3", p, edge(0)), Convergence::infinite);
  // Off its mean, it falls on one side and rises on the other.
  EXPECT_EQ(convergence("alpha:-1/3", p, edge(0.5)), Convergence::infinite);
  // A mean of p farther out on both sides makes it fall on both.
  EXPECT_EQ(convergence("alpha:-1/3", from("0.5,-1,1;0.5,1,1"), edge(0)), Convergence::finite);
  // f is t^(-1/3) over a power of log t, and the square of u is in x what u is in x^2.
  const auto over_logarithm = [](const char* power) {
    const Divergence divergence =
        written_divergence("t^(-1/3)*(2+log(t)^2)^(-" + std::string(power) + ")-2^(-" + power + ")");
    return convergence_of(growth_of(divergence), normal_density(0, 1), normal_density(0, 2));
  };
  EXPECT_EQ(over_logarithm("1/8"), Convergence::infinite);
  EXPECT_EQ(over_logarithm("1/2"), Convergence::finite);
}

TEST(Convergence, OfAGrowthBeyondPowersNeedsABoundedRatio) {
  const EndGrowth growth = growth_of(written_divergence("exp(t)-exp(1)"));
  EXPECT_EQ(convergence_of(growth, normal_density(0, 1), normal_density(0, 2)), Convergence::finite);
  EXPECT_EQ(convergence_of(growth, normal_density(0, 1), normal_density(0.1, 1)), Convergence::infinite);
  EXPECT_EQ(convergence_of(growth, normal_density(0, 1), normal_density(0, 1)), Convergence::finite);
}

TEST(Convergence, InThePlaneIsThatOfTheWidestGaussians) {
  const Density ring = from("ring");      // deviations of 0.1
  const Density spiral = from("spiral");  // and of 0.08
  EXPECT_EQ(convergence("alpha:4", ring, spiral), Convergence::infinite);
  EXPECT_EQ(convergence("alpha:2", ring, spiral), Convergence::finite);
  EXPECT_EQ(convergence("kl", ring, spiral), Convergence::finite);
  EXPECT_EQ(convergence("pearson-chi2", ring, from("grid")), Convergence::finite);
}

}  // namespace
}  // namespace ganwright
