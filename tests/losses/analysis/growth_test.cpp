#include "losses/analysis/growth.h"

#include <gtest/gtest.h>

#include <cmath>

#include "losses/divergence/named_loss.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/objective/make_loss.h"

namespace ganwright {
namespace {

EndGrowth growth(const std::string& f) {
  return growth_of(written_divergence(f));
}

TEST(Growth, OfAnFIsItsPowerAtEitherEnd) {
  for (const char* name : {"alpha:-2.5", "alpha:0.3", "alpha:3", "alpha:1.000001"}) {
    const double alpha = std::stod(std::string(name).substr(6));
    const EndGrowth found = growth_of(divergence_by_name(name));
    EXPECT_NEAR(found.at_zero->power, alpha, 1e-9) << name;
    EXPECT_NEAR(found.at_infinity->power, alpha, 1e-9) << name;
    EXPECT_EQ(found.at_infinity->log_power, 0) << name;
    EXPECT_EQ(found.at_infinity->sign, 1) << name;
  }
  const EndGrowth symmetric = growth_of(divergence_by_name("symmetric-chi2"));
  EXPECT_NEAR(symmetric.at_zero->power, -1, 1e-9);
  EXPECT_NEAR(symmetric.at_infinity->power, 2, 1e-9);
}

TEST(Growth, TellsPowersOfTheLogarithm) {
  EXPECT_NEAR(growth("t^2*log(t)^3").at_infinity->log_power, 3, 1e-5);
  EXPECT_NEAR(growth("t^2*log(t)^3").at_infinity->power, 2, 1e-9);
  EXPECT_NEAR(growth("t^(-1/3)*(2+log(t)^2)^(-1/4)-2^(-1/4)").at_zero->log_power, -0.5, 1e-5);
}

TEST(Growth, TellsPowersThatAreAlmostEqual) {
  EXPECT_NEAR(growth("t^2+t^2.01-2").at_infinity->power, 2.01, 1e-9);
  EXPECT_NEAR(growth("t^2+t^2.01-2").at_zero->power, 2, 1e-9);
}

TEST(Growth, IsNotMisledByWhatCancels) {
  // (t^2+1)^2 - t^4 = 2 t^2 + 1
  EXPECT_NEAR(growth("(t^2+1)^2-t^4-3").at_infinity->power, 2, 1e-9);
}

TEST(Growth, IsInfiniteBeyondEveryPower) {
  EXPECT_EQ(growth("exp(t)-exp(1)").at_infinity->power, kInfinity);
  EXPECT_EQ(growth("exp(1/t)-exp(1)").at_zero->power, -kInfinity);
  EXPECT_EQ(growth("exp(-t)-exp(-1)").at_infinity->power, -kInfinity);
}

TEST(Growth, OfStraightPiecesIsNone) {
  const EndGrowth found = growth_of(divergence_by_name("total-variation"));
  EXPECT_EQ(found.at_zero->sign, 0);
  EXPECT_EQ(found.at_infinity->sign, 0);
}

TEST(Growth, IsUnknownWhereItFollowsNoLaw) {
  EXPECT_FALSE(growth("sin(10000*(t-1))").at_infinity);
  EXPECT_FALSE(growth("t*log(t)*(1+0.01*sin(log(t)))").at_infinity);
}

TEST(Growth, OfADesignThatIsSolvedForIsThatOfItsDivergence) {
  const Divergence solved = divergence_of({.omega_inverse = "exp(v)", .rho = "exp(-v/2)"});
  EXPECT_NEAR(growth_of(solved).at_infinity->power, 0.5, 1e-6);
}

TEST(Growth, RefusesALossWithoutAnF) {
  EXPECT_THROW(growth_of(divergence_by_name("wasserstein")), LossError);
}

}  // namespace
}  // namespace ganwright
