#include "losses/divergence/design.h"

#include <gtest/gtest.h>

#include <cmath>
#include <string>
#include <vector>

#include "losses/divergence/named_loss.h"
#include "losses/divergence/recognition.h"
#include "losses/loss.h"
#include "losses/loss_error.h"
#include "tests/support/divergence_cases.h"
#include "tests/support/refusal.h"

namespace ganwright {
namespace {

// The design trains the same problem as a named divergence times a scale: their slopes at equal ratios agree.
void expect_equals(const LossOptions& design, const std::string& name, double scale) {
  const Loss ours = make_loss(design);
  const Objective theirs = make_objective(name);
  for (const double h : grid(-5, 5, 41)) {
    const double u = ours.objective.log_ratio.value(h);
    if (std::abs(u) > 20) {
      continue;
    }
    const double slope = scale * theirs.phi.slope(u) * ours.objective.log_ratio.slope(h);
    EXPECT_NEAR(ours.objective.phi.slope(h), slope, 1e-9 * std::abs(slope)) << name << " h = " << h;
    const double f = scale * theirs.f(u);
    const double shift = scale * theirs.phi.value(0.0) * (std::exp(u) - 1);  // f'(1) (t - 1)
    EXPECT_NEAR(ours.objective.f(u), f - shift, 1e-9 * (std::abs(f) + std::abs(shift)) + 1e-12)
        << name << " h = " << h;
  }
}

TEST(NamedDesign, ReinventsTheDivergencesOfTheLiterature) {
  expect_equals({.divergence = "cross-entropy"}, "gan", 1);
  expect_equals({.divergence = "mse:0,1"}, "triangular", 1.0 / 8);
  expect_equals({.divergence = "mse:-1,1"}, "triangular", 0.5);
  expect_equals({.divergence = "exponential"}, "squared-hellinger", 1);
  expect_equals({.divergence = "ratio-mse"}, "pearson-chi2", 0.5);
  expect_equals({.divergence = "log:1,0"}, "kl", 1);
  expect_equals({.divergence = "log:2,1"}, "squared-hellinger", 1);
  expect_equals({.divergence = "log:1,1"}, "reverse-kl", 1);
  expect_equals({.divergence = "sigmoid:1,-1,0"}, "gan", 1);
  expect_equals({.divergence = "sigmoid:1,0,1"}, "triangular", 1.0 / 8);
  expect_equals({.divergence = "sigmoid:1,-1,1"}, "k-divergence", 1);
  expect_equals({.divergence = "sigmoid:1,-2,1"}, "softened-reverse-kl", 1);
  expect_equals({.divergence = "sigmoid:1,0,-2"}, "pearson-chi2", 0.5);
  expect_equals({.divergence = "power:1,0"}, "pearson-chi2", 0.5);
}

TEST(NamedDesign, HasTheCurvatureOfItsFamily) {
  // f'' = alpha r^(alpha (b+1) - 1) (1 + r^alpha)^(-b-c-2).
  const Loss loss = make_loss({.divergence = "sigmoid:0.7,0.4,1.3"});
  for (const double u : grid(-8, 8, 33)) {
    const double expected =
        0.7 * std::exp(u * (0.7 * 1.4 - 1)) * std::pow(1 + std::exp(0.7 * u), -0.4 - 1.3 - 2);
    const double h = 0.7 * u;
    EXPECT_NEAR(loss.objective.phi.slope(h), expected * std::exp(u) / 0.7, 1e-10 * expected * std::exp(u));
  }
}

TEST(NamedDesign, RefusesWrongParameters) {
  for (const char* name : {"mse:1", "mse:1,0", "exponential:2", "power:-1,0", "log:0,1", "sigmoid:1,2",
                           "power:a,b", "power:1e9,1"}) {
    EXPECT_THROW(divergence_by_name(name), LossError) << name;
  }
}

TEST(WrittenDesign, IsFoundByAlgebraFromEitherSideOfTheLink) {
  for (const DesignText& text : {DesignText{"t/(1+t)", "", "1/v"}, DesignText{"", "v/(1-v)", "1/v"},
                                 DesignText{"t/(1+t)", "v/(1-v)", "1/v"}}) {
    const Divergence divergence = written_design(text, {});
    ASSERT_FALSE(recognize(divergence).empty());
    EXPECT_EQ(recognize(divergence)[0].text(), "gan");
  }
}

TEST(WrittenDesign, TrainsWithoutAnInverseInClosedForm) {
  // omega^-1 = v e^v on v > 0 has no elementary inverse.
  const Loss loss = make_loss({.omega_inverse = "v*exp(v)", .rho = "exp(-v)"});
  for (const double h : grid(-4, 4, 33)) {
    const double v = std::log1p(std::exp(h));
    const double sigmoid = 1 / (1 + std::exp(-h));
    EXPECT_NEAR(loss.objective.log_ratio.value(h), std::log(v) + v, 1e-9);
    EXPECT_NEAR(loss.objective.phi.slope(h), std::exp(-v) * sigmoid, 1e-9);
    EXPECT_NEAR(loss.objective.psi.slope(h), -v * sigmoid, 1e-9);
  }
}

TEST(CertifiedInverse, IsProvedByAlgebraForEveryNamedDesign) {
  std::vector<std::string> names = design_names();
  names.insert(names.end(), {"mse:-1,1", "power:0.3,0.7", "power:3,-2", "log:0.7,1.3", "sigmoid:0.7,0.4,1.3",
                             "sigmoid:2,-1,0"});
  for (const std::string& name : names) {
    const Design design = *named_design(name).design;
    EXPECT_EQ(certify_inverse(*design.omega, design.omega_inverse), Verdict::proved) << name;
  }
}

TEST(CertifiedInverse, IsRefutedAtAPointAndUndecidedWhereNoPointTells) {
  const auto verdict = [](const char* omega, const char* omega_inverse) {
    return certify_inverse(parse_expression(omega), parse_expression(omega_inverse, {}, variable_v()));
  };
  EXPECT_EQ(verdict("t", "v+exp(-(v-20)^2)/4"), Verdict::refuted);
  EXPECT_EQ(verdict("(t-1)^2", "1+sqrt(v)"), Verdict::refuted);
  EXPECT_EQ(verdict("t-1", "1+sqrt(exp(2*log(v)))"), Verdict::refuted);
  EXPECT_EQ(verdict("t", "v+exp(-(v-1e6)^2)/4"), Verdict::undecided);
}

TEST(WrittenDesign, IsRefusedWhereItsLinkIsNone) {
  expect_refused({.omega = "t", .omega_inverse = "v+exp(-(v-20)^2)/4", .rho = "1"}, "do not undo");
  expect_refused({.omega = "-log(t)", .rho = "-1"}, "does not rise");
  expect_refused({.omega = "t/(1-t)", .omega_inverse = "v/(1+v)", .rho = "1/(1+v)"}, "does not rise");
}

TEST(WrittenDesign, IsRefusedWhereSomeRatiosHaveNoOutput) {
  expect_refused({.omega_inverse = "1+exp(v)", .rho = "1"},
                 "it falls to 1 only: likelihood ratios below that cannot be expressed");
  expect_refused({.omega_inverse = "v/(1+v)", .rho = "1/(1+v)"}, "towards v = inf it rises to 0.9");
}

TEST(WrittenDesign, SaysWhatIsMissingOrWrong) {
  EXPECT_THROW(written_design({"t", "", ""}, {}), LossError);
  EXPECT_THROW(written_design({"", "", "1"}, {}), LossError);
  EXPECT_THROW(written_design({"t", "v^2", "1"}, {}), LossError);
  EXPECT_THROW(written_design({"t+log(t)", "", "1"}, {}), LossError);
  EXPECT_THROW(make_loss({.omega_inverse = "-1-v^2", .rho = "1"}), LossError);
}

}  // namespace
}  // namespace ganwright
