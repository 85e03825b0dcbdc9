#include "losses/numeric/program.h"

#include <ginac/ginac.h>
#include <gtest/gtest.h>

#include <cmath>
#include <functional>
#include <limits>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

Program compiled(const std::string& expression) {
  return Program(parse_expression(expression));
}

TEST(Program, EvaluatesEveryOperation) {
  const std::vector<std::pair<std::string, std::function<double(double)>>> cases = {
      {"t", [](double t) { return t; }},
      {"7/3", [](double) { return 7.0 / 3; }},
      {"-pi", [](double) { return -std::acos(-1.0); }},
      {"t + 1/t - 3", [](double t) { return t + 1 / t - 3; }},
      {"(t-1)^3*t^0.3", [](double t) { return std::pow(t - 1, 3) * std::pow(t, 0.3); }},
      {"(1+t)^t", [](double t) { return std::pow(1 + t, t); }},
      {"exp(-t)", [](double t) { return std::exp(-t); }},
      {"log(1+t)", [](double t) { return std::log1p(t); }},
      {"sin(t)", [](double t) { return std::sin(t); }},
      {"cos(t)", [](double t) { return std::cos(t); }},
      {"tan(t)", [](double t) { return std::tan(t); }},
      {"asin(t/8)", [](double t) { return std::asin(t / 8); }},
      {"acos(t/8)", [](double t) { return std::acos(t / 8); }},
      {"atan(t)", [](double t) { return std::atan(t); }},
      {"asinh(t-1)", [](double t) { return std::asinh(t - 1); }},
      {"acosh(1+t)", [](double t) { return std::acosh(1 + t); }},
      {"atanh(t/8)", [](double t) { return std::atanh(t / 8); }},
      {"tanh(t)", [](double t) { return std::tanh(t); }},
  };
  for (const auto& [text, expected] : cases) {
    const Program program = compiled(text);
    for (const double u : {-2.0, -0.1, 0.0, 0.4, 2.0}) {
      const double value = expected(std::exp(u));
      EXPECT_NEAR(program(u), value, 1e-13 * std::max(1.0, std::abs(value))) << text << " at u = " << u;
    }
  }
}

TEST(Program, DoesNotOverflowOnTheWay) {
  EXPECT_NEAR(compiled("(t^30 + 1)/(t^30 + 2)")(80), 1, 1e-15);
  EXPECT_NEAR(compiled("log(1 + t^100)")(80), 8000, 1e-9);
  EXPECT_NEAR(compiled("exp(t)/exp(t+1)")(20), std::exp(-1), 1e-6);
  EXPECT_DOUBLE_EQ(compiled("t^40").run(80).log, 3200);
  EXPECT_NEAR(compiled("10^300*10^300*t").run(1).log, 600 * std::log(10.0) + 1, 1e-10);
}

TEST(Program, KeepsTheDigitsOfSmallResults) {
  EXPECT_NEAR(compiled("log(1+t)").run(-80).log, -80, 1e-12);
  EXPECT_NEAR(compiled("t^(1/1000000)-1")(2), std::expm1(2e-6), 1e-17);
}

TEST(Program, SwitchesPiecesAtTheirStarts) {
  Program program;
  program.append_piece(-std::numeric_limits<double>::infinity(), parse_expression("1"));
  program.append_piece(0, parse_expression("2"));
  program.append_piece(1.5, parse_expression("3*t"));
  EXPECT_EQ(program(-700), 1);
  EXPECT_EQ(program(std::nextafter(0.0, -1.0)), 1);
  EXPECT_DOUBLE_EQ(program(0), 2);
  EXPECT_DOUBLE_EQ(program(1.4999), 2);
  EXPECT_DOUBLE_EQ(program(1.5), 3 * std::exp(1.5));
}

TEST(Program, IsNotANumberOutsideTheDomainOfTheExpression) {
  EXPECT_TRUE(std::isnan(compiled("log(t-2)")(0)));
  EXPECT_TRUE(std::isnan(compiled("sqrt(t-2)")(0)));
  EXPECT_TRUE(std::isnan(compiled("asin(t)")(1)));
  EXPECT_TRUE(std::isnan(compiled("(t-2)^t")(0.1)));
}

TEST(Program, RefusesWhatIsNoRealFunctionOfT) {
  EXPECT_THROW(compiled("sqrt(-1)*t"), LossError);
  EXPECT_THROW(compiled("log(-1)+t"), LossError);
  EXPECT_THROW(compiled("t^sqrt(-1)"), LossError);
  EXPECT_THROW(Program(GiNaC::tgamma(variable_t())), LossError);
  EXPECT_THROW(Program(GiNaC::symbol("x") + variable_t()), LossError);
}

TEST(Program, KinksAreSplitBeforeTheyAreCompiled) {
  EXPECT_THROW(compiled("abs(t-1)"), LossError);
}

}  // namespace
}  // namespace ganwright
