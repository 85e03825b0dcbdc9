#include "losses/objective/objective.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "losses/divergence/named_loss.h"
#include "losses/logits.h"
#include "losses/loss_error.h"
#include "losses/objective/make_loss.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

const double kLogLargestFloat = std::log(static_cast<double>(std::numeric_limits<float>::max()));

torch::Tensor logits_of(const std::vector<double>& u, torch::ScalarType dtype = torch::kFloat64) {
  return torch::tensor(u, torch::dtype(torch::kFloat64)).to(dtype);
}

struct Maximum {
  double at;
  double value;
};

// The highest point of a grid, refined by golden section between its neighbors.
Maximum maximize(const std::function<double(double)>& function, const std::vector<double>& points) {
  const auto highest = std::max_element(points.begin(), points.end(),
                                        [&](double a, double b) { return function(a) < function(b); });
  double low = highest == points.begin() ? *highest : *(highest - 1);
  double high = highest + 1 == points.end() ? *highest : *(highest + 1);
  const double golden = (std::sqrt(5.0) - 1) / 2;
  while (high - low > 1e-10) {
    const double left = high - golden * (high - low);
    const double right = low + golden * (high - low);
    (function(left) < function(right) ? low : high) = function(left) < function(right) ? left : right;
  }
  return {(low + high) / 2, std::max(function(*highest), function((low + high) / 2))};
}

// p phi(u) + q psi(u) at p = r, q = 1: what the discriminator maximizes where the likelihood ratio is r.
std::function<double(double)> pointwise_objective(const Objective& objective, double ratio) {
  return [&objective, ratio](double u) { return ratio * objective.phi.value(u) + objective.psi.value(u); };
}

double scale_of(double f, double ratio) {
  return std::max({1.0, std::abs(f), ratio});
}

const std::vector<double> kLogRatios = grid(std::log(1e-6), std::log(1e6), 25);

// A derivative by five points: its error is a rounding of the values, made of terms as large as u, divided by
// the step.
struct Difference {
  double derivative;
  double rounding;
};

Difference difference_at(const RealFunction& function, double u) {
  constexpr double kStep = 1e-3;
  const double derivative = (8 * (function(u + kStep) - function(u - kStep)) -
                             (function(u + 2 * kStep) - function(u - 2 * kStep))) /
                            (12 * kStep);
  const SignedLog value = function.run(u);
  const double digits = std::numeric_limits<double>::epsilon() * (1 + std::abs(u) + std::abs(value.log));
  return {derivative, 4 * digits * std::max(1.0, std::abs(value.value())) / kStep};
}

class EveryObjective : public ::testing::TestWithParam<std::string> {
 protected:
  const Objective objective_ = make_objective(GetParam());
};

TEST_P(EveryObjective, ItsSlopesAreTheDerivativesOfItsValues) {
  for (const ScalarFunction& function : {objective_.phi, objective_.psi}) {
    // The offset keeps the five points off the kink at u = 0.
    for (const double u : grid(-30, 30, 240)) {
      const Difference difference = difference_at(function.value, u);
      const double slope = function.slope(u);
      EXPECT_NEAR(slope, difference.derivative, 1e-6 * std::abs(slope) + difference.rounding) << "u = " << u;
    }
  }
}

TEST_P(EveryObjective, AutogradGivesTheSlopeInTheDtypeOfTheLogits) {
  for (const torch::ScalarType dtype : {torch::kFloat32, torch::kFloat64}) {
    const std::vector<double> points = grid(-4, 4, 33);
    for (const ScalarFunction& function : {objective_.phi, objective_.psi}) {
      torch::Tensor logits = logits_of(points, dtype).requires_grad_(true);
      const torch::Tensor values = evaluate(objective_, function, logits);
      EXPECT_EQ(values.scalar_type(), torch::kFloat64);
      values.sum().backward();
      EXPECT_EQ(logits.grad().scalar_type(), dtype);
      for (size_t i = 0; i < points.size(); ++i) {
        const auto at = static_cast<int64_t>(i);
        const double slope = function.slope(points[i]);
        EXPECT_DOUBLE_EQ(values[at].item<double>(), function.value(points[i]));
        EXPECT_EQ(logits.grad()[at].item<double>(),
                  dtype == torch::kFloat32 ? static_cast<double>(static_cast<float>(slope)) : slope);
      }
    }
  }
}

TEST_P(EveryObjective, IsFiniteToLogitsOf80AndCountsWhatItClamps) {
  const std::vector<double> points = grid(-80, 80, 641);
  int64_t beyond_float = 0;
  for (const ScalarFunction& function : {objective_.phi, objective_.psi}) {
    torch::Tensor logits = logits_of(points, torch::kFloat32).requires_grad_(true);
    const torch::Tensor values = evaluate(objective_, function, logits);
    values.backward(torch::ones_like(values));
    EXPECT_TRUE(values.isfinite().all().item<bool>());
    EXPECT_TRUE(values.to(torch::kFloat32).isfinite().all().item<bool>());
    EXPECT_TRUE(logits.grad().isfinite().all().item<bool>());
    for (const double u : points) {
      beyond_float += static_cast<int64_t>(function.value.run(u).log > kLogLargestFloat) +
                      static_cast<int64_t>(function.slope.run(u).log > kLogLargestFloat);
    }
  }
  EXPECT_EQ(*objective_.clamped, beyond_float);
}

TEST_P(EveryObjective, ALogitThatIsNoNumberGivesNoNumber) {
  for (const ScalarFunction& function : {objective_.phi, objective_.psi}) {
    torch::Tensor logits = logits_of({std::numeric_limits<double>::quiet_NaN(), 0.5}).requires_grad_(true);
    const torch::Tensor values = evaluate(objective_, function, logits);
    values.sum().backward();
    EXPECT_TRUE(std::isnan(values[0].item<double>()));
    EXPECT_TRUE(std::isnan(logits.grad()[0].item<double>()));
    EXPECT_TRUE(std::isfinite(values[1].item<double>()));
    EXPECT_TRUE(std::isfinite(logits.grad()[1].item<double>()));
  }
}

TEST_P(EveryObjective, StaysMonotonicHoweverLargeTheLogitIs) {
  const std::vector<double> points = {-1e30, -1e15, -1e12, -1e6, -1e4, -60, 0,
                                      60,    1e4,   1e6,   1e12, 1e15, 1e30};
  const torch::Tensor phi = evaluate(objective_, objective_.phi, logits_of(points));
  const torch::Tensor psi = evaluate(objective_, objective_.psi, logits_of(points));
  EXPECT_TRUE(phi.isfinite().all().item<bool>() && psi.isfinite().all().item<bool>());
  const auto rises = [](const torch::Tensor& values) {
    return (values.diff() >= -1e-10 * values.slice(0, 1).abs()).all().item<bool>();
  };
  EXPECT_TRUE(rises(phi)) << phi;
  EXPECT_TRUE(rises(-psi)) << psi;
}

INSTANTIATE_TEST_SUITE_P(Divergences, EveryObjective, ::testing::ValuesIn(all_divergences()), case_name);

class LogLinkObjective : public EveryObjective {};

TEST_P(LogLinkObjective, IsMaximalAtTheLogarithmOfTheRatioWhereItIsF) {
  EXPECT_EQ(objective_.log_ratio.value(0.7), 0.7);
  for (const double log_ratio : kLogRatios) {
    const double ratio = std::exp(log_ratio);
    const double f = objective_.f(log_ratio);
    const double tolerance = 1e-9 * scale_of(f, ratio);
    const auto pointwise = pointwise_objective(objective_, ratio);
    EXPECT_NEAR(pointwise(log_ratio), f, tolerance) << "r = " << ratio;
    EXPECT_NEAR(maximize(pointwise, grid(-20, 20, 161)).value, f, tolerance) << "r = " << ratio;
    // The slope falls through zero there, and only there: r phi' + psi' = (r - e^u) phi'.
    for (const double distance : {1e-3, 0.1, 3.0}) {
      for (const double u : {log_ratio - distance, log_ratio + distance}) {
        const SignedLog slope =
            SignedLog{1.0, log_ratio} * objective_.phi.slope.run(u) + objective_.psi.slope.run(u);
        EXPECT_EQ(slope.sign, u < log_ratio ? 1 : -1) << "r = " << ratio << ", u = " << u;
      }
    }
  }
}

TEST_P(LogLinkObjective, TheSlopeOfPsiIsMinusTheRatioTimesThatOfPhi) {
  for (const double u : grid(-80, 80, 641)) {
    const SignedLog phi = objective_.phi.slope.run(u);
    const SignedLog psi = objective_.psi.slope.run(u);
    EXPECT_EQ(psi.sign, -phi.sign) << "u = " << u;
    if (phi.sign != 0) {
      EXPECT_NEAR(psi.log, phi.log + u, 1e-12 * std::max(1.0, std::abs(psi.log))) << "u = " << u;
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Divergences, LogLinkObjective, ::testing::ValuesIn(divergences_with(false)),
                         case_name);

class DualPairObjective : public EveryObjective {};

TEST_P(DualPairObjective, ApproachesFAsTheLogitLeavesEveryBound) {
  EXPECT_FALSE(static_cast<bool>(objective_.log_ratio.value));
  for (const double log_ratio : kLogRatios) {
    const double ratio = std::exp(log_ratio);
    const double f = objective_.f(log_ratio);
    const double tolerance = 1e-9 * scale_of(f, ratio);
    const auto pointwise = pointwise_objective(objective_, ratio);
    EXPECT_NEAR(std::max(pointwise(-60), pointwise(60)), f, tolerance) << "r = " << ratio;
    EXPECT_LE(maximize(pointwise, grid(-20, 20, 161)).value, f + tolerance) << "r = " << ratio;
  }
}

INSTANTIATE_TEST_SUITE_P(Divergences, DualPairObjective, ::testing::ValuesIn(divergences_with(true)),
                         case_name);

TEST(Objective, KeepsItsLimitsHoweverLargeTheLogitIs) {
  const Objective gan = make_objective("gan");
  const Objective alpha = make_objective("alpha:0.3");
  const Objective slow = make_objective("alpha:0.999999");
  for (const double far : {1e9, 1e12, 1e15, 1e30, 1e300}) {
    EXPECT_NEAR(gan.phi.value(far), std::log(2.0), 1e-11) << far;
    EXPECT_NEAR(gan.psi.value(-far), std::log(2.0), 1e-11) << far;
    EXPECT_NEAR(alpha.phi.value(far), 1 / 0.7, 1e-11) << far;
    EXPECT_NEAR(slow.phi.value(far), 1e6, 0.1) << far;
    EXPECT_NEAR(make_objective("kl").phi.value(far) / far, 1, 1e-8);
    // 5 (t + 1)/t
    const Objective written = make_objective(written_divergence("5*(t-1)*log(t)"));
    EXPECT_NEAR(written.phi.slope(far), 5, 1e-11) << far;
    // Under `ratio` r is h itself, so that the limit is approached like 1/h.
    for (const char* link : {"ratio", "posterior", "affine-posterior:-1,1", "dual"}) {
      const Divergence divergence = divergence_by_name("gan");
      const Objective linked = make_objective(divergence, make_link({link}, divergence));
      EXPECT_NEAR(linked.phi.value(far), std::log(2.0), 2e-8) << link << " " << far;
      EXPECT_NEAR(linked.psi.value(-far), std::log(2.0), 2e-8) << link << " " << far;
    }
  }
}

TEST(Evaluate, ClampsTheGradientOfHalfPrecisionLogitsToTheirRange) {
  const Objective kl = make_objective("kl");
  torch::Tensor logits = logits_of({11, 11.5, 20}, torch::kFloat16).requires_grad_(true);
  evaluate(kl, kl.psi, logits).sum().backward();
  const torch::Tensor gradient = logits.grad().to(torch::kFloat64);
  EXPECT_NEAR(gradient[0].item<double>() / -std::exp(11.0), 1, 1e-3);
  EXPECT_EQ(gradient[1].item<double>(), -65504);
  EXPECT_EQ(gradient[2].item<double>(), -65504);
  EXPECT_EQ(*kl.clamped, 2);
}

TEST(DivergenceBound, NeedsALogitOnEitherSide) {
  const Loss loss = make_loss({.divergence = "kl"});
  const torch::Tensor none = torch::zeros({0});
  const torch::Tensor some = torch::zeros({3});
  EXPECT_THROW(divergence_bound(loss.objective, none, some), LossError);
  EXPECT_THROW(divergence_bound(loss.objective, some, none), LossError);
  EXPECT_THROW(generator_loss(loss.objective, loss.generator_objective, none), LossError);
}

TEST(Evaluate, ClampsToTheLargestFloatAndCounts) {
  const Objective vajda = make_objective("vajda:20");
  torch::Tensor logits = logits_of({80, 0.5}).requires_grad_(true);
  const torch::Tensor phi = evaluate(vajda, vajda.phi, logits);
  phi.backward(torch::ones_like(phi));
  const auto largest = static_cast<double>(std::numeric_limits<float>::max());
  EXPECT_EQ(phi[0].item<double>(), largest);
  EXPECT_EQ(logits.grad()[0].item<double>(), largest);
  EXPECT_EQ(*vajda.clamped, 2);
  EXPECT_EQ(evaluate(vajda, vajda.psi, logits_of({80}))[0].item<double>(), -largest);
  EXPECT_EQ(*vajda.clamped, 4);
}

TEST(Evaluate, CopiesOfAnObjectiveShareTheCount) {
  const Objective vajda = make_objective("vajda:20");
  const Objective copy = vajda;
  (void)evaluate(copy, copy.phi, logits_of({80}));
  EXPECT_EQ(*vajda.clamped, 2);
}

TEST(Evaluate, DoesNotClampWhatAFloatHolds) {
  const Objective kl = make_objective("kl");
  EXPECT_DOUBLE_EQ(evaluate(kl, kl.phi, logits_of({80}))[0].item<double>(), 81);
  EXPECT_NEAR(evaluate(kl, kl.psi, logits_of({80}))[0].item<double>(), -std::exp(80), 1e-12 * std::exp(80));
  EXPECT_EQ(*kl.clamped, 0);
}

TEST(Evaluate, KeepsTheShapeAndReadsStridedLogits) {
  const Objective gan = make_objective("gan");
  const torch::Tensor logits = torch::arange(12, torch::kFloat32).reshape({3, 4}).t();
  const torch::Tensor values = evaluate(gan, gan.phi, logits);
  EXPECT_EQ(values.sizes(), logits.sizes());
  EXPECT_DOUBLE_EQ(values[3][1].item<double>(), gan.phi.value(7));
  EXPECT_EQ(evaluate(gan, gan.phi, torch::empty({0})).numel(), 0);
  EXPECT_EQ(evaluate(gan, gan.phi, torch::tensor(0.5)).dim(), 0);
}

TEST(MakeObjective, DerivesTheOriginalGan) {
  const Objective gan = make_objective("gan");
  for (const double u : {-50.0, -1.0, 0.0, 2.0, 50.0}) {
    const double softplus = std::log1p(std::exp(-std::abs(u))) + std::max(u, 0.0);
    EXPECT_NEAR(gan.phi.value(u), std::log(2.0) + u - softplus, 1e-13);
    EXPECT_NEAR(gan.psi.value(u), std::log(2.0) - softplus, 1e-13);
    EXPECT_NEAR(gan.phi.slope(u), 1 / (1 + std::exp(u)), 1e-15);
  }
  EXPECT_EQ(gan.name, "gan");
  EXPECT_DOUBLE_EQ(gan.curvature_at_one, 0.5);
}

TEST(MakeObjective, KeepsTheDigitsNearTheSpecialValuesOfAlpha) {
  for (const auto& [near, limit] :
       {std::pair{"alpha:1e-9", "alpha:0"}, std::pair{"alpha:1.000000001", "alpha:1"}}) {
    const Objective a = make_objective(near);
    const Objective b = make_objective(limit);
    for (const double u : grid(-5, 5, 41)) {
      EXPECT_NEAR(a.phi.value(u), b.phi.value(u), 1e-7 * std::max(1.0, std::abs(b.phi.value(u))));
      EXPECT_NEAR(a.psi.value(u), b.psi.value(u), 1e-7 * std::max(1.0, std::abs(b.psi.value(u))));
    }
  }
}

TEST(MakeObjective, RefusesAnInfiniteGradientAtOneUnderTheLogLink) {
  for (const char* name : {"vajda:1.5", "puri-vincze:1.5"}) {
    const Divergence divergence = named_divergence(name);
    EXPECT_THROW(make_link({"log"}, divergence), LossError) << name;
    EXPECT_EQ(make_link({}, divergence).name, "dual") << name;
  }
}

TEST(LogRatioOf, IsTheLogitItselfUnderTheLogLinkAndWhatTheLinkSaysElsewhere) {
  const torch::Tensor logits = logits_of({-2, 0, 0.7, 3}, torch::kFloat32);
  EXPECT_TRUE(torch::equal(log_ratio_of(make_objective("gan"), logits), logits.to(torch::kFloat64)));
  const Divergence divergence = named_divergence("squared-hellinger");
  const Objective objective = make_objective(divergence, make_link({"f-gan"}, divergence));
  EXPECT_TRUE(torch::allclose(log_ratio_of(objective, logits), 2 * logits.to(torch::kFloat64)));
  EXPECT_TRUE(log_ratio_of(make_objective("total-variation"), logits).isnan().all().item<bool>());
}

TEST(DivergenceBound, IsTheMeanOfPhiAndThatOfPsi) {
  const Objective kl = make_objective("kl");
  // phi = 1 + u, psi = -e^u.
  const torch::Tensor bound = divergence_bound(kl, logits_of({1, 2, 6}), logits_of({0, std::log(3.0)}));
  EXPECT_NEAR(bound.item<double>(), 1 + 3 - 2, 1e-14);
  EXPECT_EQ(bound.dim(), 0);
  EXPECT_EQ(bound.scalar_type(), torch::kFloat64);
}

}  // namespace
}  // namespace ganwright
