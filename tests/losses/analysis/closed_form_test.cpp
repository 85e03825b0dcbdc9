#include "losses/analysis/closed_form.h"

#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <map>

#include "losses/divergence/design.h"
#include "losses/formula/parser.h"
#include "losses/numeric/program.h"
#include "losses/objective/log_ratio_form.h"
#include "losses/objective/make_loss.h"
#include "tests/support/divergence_cases.h"

namespace ganwright {
namespace {

using Function = std::function<double(double)>;

Loss loss_with(const std::string& divergence, const std::string& link = "") {
  LossOptions options;
  options.divergence = divergence;
  options.link = link;
  return make_loss(options);
}

TEST(Conjugate, IsTheKnownOne) {
  const std::map<std::string, Function> known = {
      {"kl", [](double v) { return std::exp(v - 1); }},
      {"reverse-kl", [](double v) { return -1 - std::log(-v); }},
      {"gan", [](double v) { return -std::log(2 - std::exp(v)); }},
      {"squared-hellinger", [](double v) { return v / (1 - v); }},
      {"pearson-chi2", [](double v) { return v * v / 4 + v; }},
      {"neyman-chi2", [](double v) { return 2 - 2 * std::sqrt(1 - v); }},
      {"triangular", [](double v) { return 4 - v - 4 * std::sqrt(1 - v); }},
      {"total-variation", [](double v) { return v; }},
      {"hockey-stick:2", [](double v) { return 2 * v; }},
  };
  for (const auto& [name, function] : known) {
    const auto parts = conjugate_of(named_divergence(name));
    ASSERT_EQ(parts.size(), 1) << name;
    const RealFunction conjugate = function_of_value(Program(parts[0].formula));
    const double low = std::max(parts[0].low, -2.0);
    const double high = std::min(parts[0].high, 2.0);
    for (const double share : {0.01, 0.3, 0.5, 0.9, 0.99}) {
      const double v = low + share * (high - low);
      EXPECT_NEAR(conjugate(v), function(v), 1e-9) << name << " at v = " << v;
    }
  }
}

class ConjugateOfEachRow : public ::testing::TestWithParam<std::string> {};

// Fenchel: f(t) + f*(v) >= t v, with equality at v = f'(t).
TEST_P(ConjugateOfEachRow, FulfillsFenchelsInequality) {
  const Divergence divergence = named_divergence(GetParam());
  const LogRatioForm form = log_ratio_form(divergence);
  for (const ConjugatePart& part : conjugate_of(divergence)) {
    const RealFunction conjugate = function_of_value(Program(part.formula));
    for (const double u : grid(-2, 2, 9)) {
      const double t = std::exp(u);
      for (const double w : grid(-2.1, 1.9, 9)) {
        const double v = form.phi.value(w);
        if (v <= part.low || v >= part.high) {
          continue;
        }
        const double excess = form.f(u) + conjugate(v) - t * v;
        const double rounding = 1e-8 * std::max({1.0, std::abs(t * v), std::abs(conjugate(v))});
        EXPECT_GE(excess, -rounding) << "t = " << t << ", v = " << v;
        EXPECT_NEAR(form.f(w) + conjugate(v) - std::exp(w) * v, 0, rounding) << "v = " << v;
      }
    }
  }
}

INSTANTIATE_TEST_SUITE_P(Table, ConjugateOfEachRow, ::testing::ValuesIn(all_divergences()), case_name);

TEST(Conjugate, IsLeftToNumbersWhereAlgebraCannotInvertTheSlope) {
  EXPECT_TRUE(conjugate_of(named_divergence("jeffreys")).empty());
}

TEST(ClosedForm, OfTheExponentialDesignIsSquaredHellinger) {
  const auto known = with_closed_form(named_design("exponential"));
  ASSERT_TRUE(known.has_value());
  const RealFunction f = function_of_log(Program(known->pieces[0].expression));
  for (const double u : grid(-3, 3, 7)) {
    EXPECT_NEAR(f(u), std::pow(std::exp(u / 2) - 1, 2), 1e-9);
  }
  EXPECT_FALSE(with_closed_form(named_design("sigmoid:2,-1,1")).has_value());
}

TEST(ObjectiveFormulas, OfLsganAreTheUsualLosses) {
  const Loss loss = loss_with("mse:0,1");
  const ObjectiveFormulas formulas = formulas_of(loss.divergence, loss.link, loss.objective);
  ASSERT_TRUE(formulas.phi && formulas.psi && formulas.rho);
  const auto& v = variable_v();
  EXPECT_TRUE((*formulas.rho - (1 - v)).expand().is_zero());
  EXPECT_TRUE((formulas.phi->diff(v) - (1 - v)).expand().is_zero());
  EXPECT_TRUE((formulas.psi->diff(v) + v).expand().is_zero());
}

TEST(ObjectiveFormulas, AgreeWithTheObjectiveUnderEveryLink) {
  for (const std::string link : {"log", "ratio", "posterior", "dual", "f-gan", "t/(2+t)"}) {
    const Loss loss = loss_with("gan", link);
    const ObjectiveFormulas formulas = formulas_of(loss.divergence, loss.link, loss.objective);
    ASSERT_TRUE(formulas.phi && formulas.psi && formulas.rho && formulas.omega_inverse) << link;
    const RealFunction phi = function_of_value(Program(*formulas.phi));
    const RealFunction psi = function_of_value(Program(*formulas.psi));
    const RealFunction ratio = function_of_value(Program(*formulas.omega_inverse));
    for (const double h : {-1.5, -0.25, 0.5, 2.5}) {
      const double v = loss.link.output.value(h);
      EXPECT_NEAR(phi(v), loss.objective.phi.value(h), 1e-9) << link;
      EXPECT_NEAR(psi(v), loss.objective.psi.value(h), 1e-9) << link;
      EXPECT_NEAR(std::log(ratio(v)), loss.link.log_ratio.value(h), 1e-9) << link;
    }
  }
}

}  // namespace
}  // namespace ganwright
