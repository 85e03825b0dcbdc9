#include "losses/interval/interval_program.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <string>
#include <vector>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/program.h"

namespace ganwright {
namespace {

Enclosure enclose_on(const std::string& expression, const Interval& t) {
  return IntervalProgram(parse_expression(expression), variable_t()).run(t);
}

Regularity regularity_on(const std::string& expression, const Interval& t) {
  return enclose_on(expression, t).regularity;
}

TEST(IntervalProgram, HoldsTheValuesOfTheFunction) {
  const std::vector<std::string> expressions = {"t*log(t) - (t+1)*log((t+1)/2)",
                                                "(t^0.3 - 1)/0.3 - 2^t/7 + t^t/100",
                                                "exp(-1/t)*sin(3*t) + cos(t)^3",
                                                "atan(t) + asinh(t) - acosh(t+1)/3 + atanh(t/(1+t))",
                                                "asin(1/(1+t))*acos(t/(2+t)) - tan(t/(1+t)/2)",
                                                "pi*sqrt(t) - t^(-5/2) + abs(t-1)*(t-2)^3/(t+1/3)^2"};
  std::mt19937 generator(3);
  std::uniform_real_distribution<double> place(-3, 2);
  std::uniform_real_distribution<double> width(0, 0.5);
  for (const std::string& expression : expressions) {
    const IntervalProgram enclosure(parse_expression(expression), variable_t());
    for (int i = 0; i < 100; ++i) {
      const double left = place(generator);
      const double right = left + width(generator);
      const Interval image = enclosure.run(Interval(std::exp(left), std::exp(right))).value;
      for (const double u : {left, left + 0.3 * (right - left), right}) {
        // Where abs is, Program cannot go.
        const double t = std::exp(u);
        const double value = expression.find("abs") == std::string::npos
                                 ? Program(parse_expression(expression))(u)
                                 : M_PI * std::sqrt(t) - std::pow(t, -2.5) +
                                       std::abs(t - 1) * std::pow(t - 2, 3) / std::pow(t + 1.0 / 3, 2);
        const double rounding = 1e-11 * (1 + std::abs(value));
        EXPECT_LE(image.lower(), value + rounding) << expression << " at " << t;
        EXPECT_GE(image.upper(), value - rounding) << expression << " at " << t;
      }
    }
  }
}

TEST(IntervalProgram, ConstantsAreExact) {
  // In doubles 0.1 + 0.2 - 0.3 is 5.6e-17.
  const Interval zero = enclose_on("0.1*t + 0.2*t - 0.3*t + 0*t", Interval(1)).value;
  EXPECT_TRUE(zero.is_at_least(0) && zero.is_at_most(0));
  const Interval third = enclose(GiNaC::numeric(1, 3));
  EXPECT_LT(third.upper() - third.lower(), 1e-15);
  EXPECT_TRUE((third * Interval(3)).contains(1));
}

TEST(IntervalProgram, IsAnalyticWhereEveryStepIs) {
  EXPECT_EQ(regularity_on("log(t) + t^0.3 + 1/t", Interval(0, kInfinity).with_open_lower()),
            Regularity::analytic);
  EXPECT_EQ(regularity_on("log((t+1)/2)/(t+1)", Interval(0, 5)), Regularity::analytic);
  EXPECT_EQ(regularity_on("(t-1)^(3/2)", Interval(1, 2).with_open_lower()), Regularity::analytic);
}

// GiNaC differentiates each of them as if nothing happened.
TEST(IntervalProgram, KinksAndPolesAreNotAnalytic) {
  for (const std::string expression : {"sqrt((t-1)^2)", "((t-1)^2)^(3/4)", "1/(t-1)^2", "log((t-1)^2)",
                                       "abs(t-1)", "tan(t*pi/2)", "asin(t/1.5)", "atanh(t-1)", "acosh(t)"}) {
    EXPECT_GT(regularity_on(expression, Interval(0.5, 3)), Regularity::analytic) << expression;
  }
  EXPECT_EQ(regularity_on("sqrt((t-1)^2)", Interval(1.5, 2)), Regularity::analytic);
  EXPECT_EQ(regularity_on("1/(t-1)^2", Interval(0.1, 0.9)), Regularity::analytic);
}

TEST(IntervalProgram, IsContinuousOnTheRimOfADomain) {
  EXPECT_EQ(regularity_on("(t-1)^(3/2)", Interval(1)), Regularity::continuous);
  EXPECT_EQ(regularity_on("sqrt((t-1)^2)", Interval(0.5, 3)), Regularity::continuous);
  EXPECT_EQ(regularity_on("asin(t)", Interval(0.5, 1)), Regularity::continuous);
  EXPECT_EQ(regularity_on("(t-1)^(-1/2)", Interval(1, 2)), Regularity::unclear);
  EXPECT_EQ(regularity_on("(t-1)^(-1/2)", Interval(1)), Regularity::undefined);
}

TEST(IntervalProgram, IsUndefinedWhereNoPointHasAValue) {
  for (const std::string expression : {"log(t-3)", "sqrt(t-3)", "(t-3)^(1/3)", "asin(t+1)", "acosh(t/2)",
                                       "atanh(t+1)", "acos(-1-t)", "t^(log(t-3))"}) {
    EXPECT_EQ(regularity_on(expression, Interval(1, 1.5)), Regularity::undefined) << expression;
    EXPECT_NE(regularity_on(expression, Interval(1, 5)), Regularity::analytic) << expression;
  }
  EXPECT_EQ(regularity_on("1/(t-1)", Interval(1)), Regularity::undefined);
}

TEST(IntervalProgram, RefusesWhatIsNotExactAndReal) {
  EXPECT_THROW(IntervalProgram(GiNaC::I * variable_t(), variable_t()), LossError);
  EXPECT_THROW(IntervalProgram(GiNaC::ex(0.5) * variable_t(), variable_t()), LossError);
  EXPECT_THROW(IntervalProgram(GiNaC::symbol("x"), variable_t()), LossError);
  EXPECT_THROW(IntervalProgram(GiNaC::tgamma(variable_t()), variable_t()), LossError);
}

}  // namespace
}  // namespace ganwright
