#include "losses/formula/stable_form.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"

namespace ganwright {
namespace {

using GiNaC::ex;

std::string curvature_text(const std::string& f) {
  return to_text(stable_form(parse_expression(f).diff(variable_t(), 2)));
}

double value_of(const std::string& expression, double u) {
  return Program(parse_expression(expression))(u);
}

TEST(StableForm, BringsCurvaturesToTheirNormalForm) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"t*log(t) - (t+1)*log((t+1)/2)", "1/(t*(1+t))"},
      {"t*log(t)", "1/t"},
      {"-log(t)", "1/t^2"},
      {"(t-1)^2/(t+1)", "8/(1+t)^3"},
      {"(sqrt(t)-1)^2", "t^(-3/2)/2"},
      {"t*log(2*t/(1+t))", "1/(t*(1+t)^2)"},
      {"(t+1)*log((t+1)/(2*t))", "1/(t^2*(1+t))"},
      {"(t-1)^4", "12*(t-1)^2"},
  };
  for (const auto& [f, expected] : cases) {
    EXPECT_EQ(curvature_text(f), to_text(parse_expression(expected))) << f;
  }
}

TEST(StableForm, SplitsLogarithmsOfProducts) {
  const auto text = [](const std::string& expression) {
    return to_text(stable_form(parse_expression(expression)));
  };
  EXPECT_EQ(text("log(2*t^3/(1+t))"), to_text(parse_expression("log(2) + 3*log(t) - log(1+t)")));
  EXPECT_EQ(text("log(exp(t)*t)"), to_text(parse_expression("t + log(t)")));
  // (t-1)^2 is positive, t-1 is not.
  EXPECT_EQ(text("log((t-1)^2)"), to_text(parse_expression("log((t-1)^2)")));
}

TEST(StableForm, CancelsDifferencesThatLoseDigits) {
  EXPECT_EQ(to_text(stable_form(parse_expression("1/t - 1/(1+t)"))),
            to_text(parse_expression("1/(t*(1+t))")));
  EXPECT_EQ(to_text(stable_form(parse_expression("sqrt(t)*sqrt(t) - t"))), "0");
  EXPECT_EQ(to_text(stable_form(parse_expression("(t^0.3+1)/(t^(-0.3)+1)"))), "t^(3/10)");
  EXPECT_EQ(to_text(stable_form(parse_expression("(t^0.003+1)/(t^(-0.003)+1)"))), "t^(3/1000)");
}

TEST(StableForm, KeepsTheValue) {
  for (const std::string expression :
       {"log(3*t/(2+t))*t^2.5 - sqrt(t)/(t^(1/3)+1)", "exp(-t)*log(1+t)/(t*(t+1))", "log(t+pi)*t^pi",
        "1/(1+log(1+t)^2)", "t^t", "atan(t/2)+sin(t)^2", "log((t-1)^2+1)", "t^(1/13) + t^(1/7)",
        "1/log(2+t)"}) {
    const Program simplified(stable_form(parse_expression(expression)));
    for (const double u : {-3.0, -0.5, 0.0, 0.3, 2.0}) {
      const double expected = value_of(expression, u);
      EXPECT_NEAR(simplified(u), expected, 1e-12 * std::max(1.0, std::abs(expected))) << expression;
    }
  }
}

TEST(StableForm, RefusesAPoleThatGiNaCOnlyFindsWhileSimplifying) {
  const ex pole = parse_expression("1/((t+1)^2 - t^2 - 2*t - 1)");
  EXPECT_THROW(stable_form(pole), LossError);
  EXPECT_TRUE(stable_form_if_possible(pole).is_equal(pole));
}

// A random expression of the grammar, mostly well formed enough to reach every stage.
std::string random_expression(std::mt19937& random, int depth) {
  static const std::vector<std::string> leaves = {"t", "t", "1",     "2",     "3",     "0",  "0.3",
                                                  "t", "t", "(t-1)", "(t+1)", "(t-2)", "pi", "1/3"};
  static const std::vector<std::string> functions = {"exp", "log", "sqrt", "abs", "sin", "atan", "tanh"};
  if (depth == 0 || random() % 5 == 0) {
    return leaves[random() % leaves.size()];
  }
  const std::string a = random_expression(random, depth - 1);
  const std::string b = random_expression(random, depth - 1);
  switch (random() % 7) {
    case 0:
      return "(" + a + "+" + b + ")";
    case 1:
      return "(" + a + "-" + b + ")";
    case 2:
      return a + "*" + b;
    case 3:
      return "(" + a + ")/(" + b + ")";
    case 4:
      return "(" + a + ")^(" + random_expression(random, 0) + ")";
    case 5:
      return functions[random() % functions.size()] + "(" + a + ")";
    default:
      return "max(" + a + "," + b + ")";
  }
}

TEST(StableForm, ThrowsOnlyLossErrorForRandomExpressions) {
  std::mt19937 random(5);
  int finished = 0;
  for (int i = 0; i < 1000; ++i) {
    const std::string text = random_expression(random, 3);
    try {
      for (const SmoothPiece& piece : split_at_kinks(parse_expression(text))) {
        (void)Program(stable_form(piece.expression.diff(variable_t(), 2))).run(0.5);
      }
      ++finished;
    } catch (const LossError&) {
    } catch (const std::exception& error) {
      ADD_FAILURE() << text << ": " << error.what();
    }
  }
  EXPECT_GT(finished, 500);
}

}  // namespace
}  // namespace ganwright
