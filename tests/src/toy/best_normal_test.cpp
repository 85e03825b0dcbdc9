#include "toy/best_normal.h"

#include <gtest/gtest.h>

#include <cmath>

#include "losses/divergence/named_loss.h"
#include "losses/numeric/infinity.h"
#include "toy/exact.h"

namespace ganwright {
namespace {

TEST(BestNormal, OfTheKullbackLeiblerDivergenceHasTheMomentsOfTheTarget) {
  const Density p = read_density("0.3,-1,0.5;0.7,1.5,0.9", "p");
  const RatioFunction f = f_of_log_ratio(divergence_by_name("kl"));
  const FittedNormal best = best_normal(f, p, starting_normal(f, p)).value();
  EXPECT_NEAR(best.mean, mean_of(p), 1e-4);
  EXPECT_NEAR(best.standard_deviation, standard_deviation_of(p), 1e-4);
}

TEST(BestNormal, OfTheReverseDivergenceIsOneOfTwoModesFarApartTheOneNearTheFit) {
  const Density p = read_density("0.5,-4,0.5;0.5,4,0.5", "p");
  const RatioFunction f = f_of_log_ratio(divergence_by_name("reverse-kl"));
  for (const double side : {-1.0, 1.0}) {
    const FittedNormal best = best_normal(f, p, {3.9 * side, 0.6, 0}).value();
    EXPECT_NEAR(best.mean, 4 * side, 1e-3);
    EXPECT_NEAR(best.standard_deviation, 0.5, 1e-3);
    EXPECT_NEAR(best.divergence, std::log(2.0), 1e-6);
  }
}

TEST(BestNormal, HasNoBetterNeighbor) {
  const Density p = read_density("0.4,-1.5,0.6;0.6,1.2,0.8", "p");
  for (const char* name : {"js", "jeffreys", "pearson-chi2", "alpha:0.3"}) {
    const RatioFunction f = f_of_log_ratio(divergence_by_name(name));
    const FittedNormal best = best_normal(f, p, starting_normal(f, p)).value();
    for (const auto& [mean, deviation] : {std::pair(0.01, 0.0), {-0.01, 0.0}, {0.0, 0.01}, {0.0, -0.01}}) {
      const Density q = normal_density(best.mean + mean, best.standard_deviation + deviation);
      EXPECT_GT(exact_divergence(f, p, q)->value(), best.divergence) << name;
    }
  }
}

TEST(BestNormal, LiesWhereTheDivergenceIsFiniteHoweverNarrowThatIs) {
  const Density p = read_density("0.5,-2,0.7;0.5,2,0.7", "p");
  const RatioFunction f = f_of_log_ratio(divergence_by_name("symmetric-chi2"));
  const FittedNormal best = best_normal(f, p, starting_normal(f, p)).value();
  // Narrower, Pearson's half is infinite, wider, Neyman's.
  EXPECT_GT(best.standard_deviation, 0.7 / std::sqrt(2.0));
  EXPECT_LE(best.standard_deviation, 0.7 * std::sqrt(2.0) * (1 + 1e-9));
  EXPECT_TRUE(std::isfinite(best.divergence));
}

TEST(BestNormal, IsNoneWhereTheDivergenceIsUnknown) {
  const RatioFunction f = f_of_log_ratio(written_divergence("sin(1000000000*(t-1))"));
  EXPECT_FALSE(best_normal(f, normal_density(0, 1), {0, 3, 0}));
}

TEST(BestNormal, IsNoneWhereTheDivergenceIsInfiniteEverywhere) {
  // e^t grows beyond every power, and so does e^(1/t).
  const Density p = read_density("0.5,-2,0.7;0.5,2,0.7", "p");
  const RatioFunction f = f_of_log_ratio(written_divergence("exp(t) + exp(1/t) - 2*exp(1)"));
  EXPECT_FALSE(best_normal(f, p, {0, 2, 0}));
}

}  // namespace
}  // namespace ganwright
