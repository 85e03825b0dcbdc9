#include "losses/formula/parser.h"

#include <gtest/gtest.h>

#include <random>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

const ex& t() {
  static const ex variable = variable_t();
  return variable;
}

void expect_parses_to(const std::string& text, const ex& expected) {
  const ex parsed = parse_expression(text);
  EXPECT_TRUE((parsed - expected).expand().is_zero()) << text << " was read as " << to_text(parsed);
}

std::string refusal_of(const std::string& text) {
  try {
    const ex parsed = parse_expression(text);
    return "read as " + to_text(parsed).substr(0, 200);
  } catch (const ExpressionError& error) {
    return error.what();
  }
}

std::string repeated(const std::string& text, int count) {
  std::string result;
  for (int i = 0; i < count; ++i) {
    result += text;
  }
  return result;
}

TEST(ParseExpression, MultipliesBeforeItAddsAndRaisesBeforeItMultiplies) {
  expect_parses_to("1+2*t", 1 + 2 * t());
  expect_parses_to("2*t^3", 2 * GiNaC::pow(t(), 3));
  expect_parses_to("(1+2)*t", 3 * t());
  expect_parses_to(" 1 + 2 *\tt ", 1 + 2 * t());
}

TEST(ParseExpression, SubtractsAndDividesFromTheLeft) {
  expect_parses_to("t-3-2", t() - 5);
  expect_parses_to("t/2/3", t() / 6);
  expect_parses_to("t/2*3", t() * numeric(3, 2));
}

TEST(ParseExpression, RaisesFromTheRight) {
  expect_parses_to("2^3^2", 512);
  expect_parses_to("(2^3)^2", 64);
}

TEST(ParseExpression, ReadsTwoStarsAsAPower) {
  expect_parses_to("t**3", GiNaC::pow(t(), 3));
  expect_parses_to("2**3**2", 512);
}

TEST(ParseExpression, NegatesAfterItRaises) {
  expect_parses_to("-t^2", -GiNaC::pow(t(), 2));
  expect_parses_to("(-t)^2", GiNaC::pow(t(), 2));
  expect_parses_to("t^-2", GiNaC::pow(t(), -2));
  expect_parses_to("3*-t", -3 * t());
  expect_parses_to("3--t", 3 + t());
  expect_parses_to("+t", t());
}

TEST(ParseExpression, ReadsDecimalsAsExactFractions) {
  expect_parses_to("0.3", numeric(3, 10));
  expect_parses_to(".25", numeric(1, 4));
  expect_parses_to("5.", 5);
  expect_parses_to("0.1+0.2-0.3", 0);
  expect_parses_to("1e-3", numeric(1, 1000));
  expect_parses_to("2.5E+2", 250);
  expect_parses_to("1e3*t", 1000 * t());
}

TEST(ParseExpression, DecimalsKeepTheSignsOfTheCoefficientsOfSkewKl) {
  const ex f = parse_expression("t*log(t/(0.3*t+1-0.3))");
  const ex curvature = stable_form(f.diff(variable_t(), 2)).normal();
  for (const ex& polynomial : {curvature.numer().expand(), curvature.denom().expand()}) {
    for (int degree = polynomial.ldegree(t()); degree <= polynomial.degree(t()); ++degree) {
      const ex coefficient = polynomial.coeff(t(), degree);
      EXPECT_TRUE(coefficient.info(GiNaC::info_flags::rational));
      EXPECT_TRUE(coefficient.info(GiNaC::info_flags::nonnegative)) << to_text(polynomial);
    }
  }
}

TEST(ParseExpression, KnowsTheElementaryFunctions) {
  expect_parses_to("exp(t)", GiNaC::exp(t()));
  expect_parses_to("log(t)+ln(t)", 2 * GiNaC::log(t()));
  expect_parses_to("sqrt(t)", GiNaC::pow(t(), numeric(1, 2)));
  expect_parses_to("abs(t-1)", GiNaC::abs(t() - 1));
  expect_parses_to("sin(t)+cos(t)+tan(t)", GiNaC::sin(t()) + GiNaC::cos(t()) + GiNaC::tan(t()));
  expect_parses_to("asin(t)+acos(t)+atan(t)", GiNaC::asin(t()) + GiNaC::acos(t()) + GiNaC::atan(t()));
  expect_parses_to("asinh(t)+acosh(t)+atanh(t)", GiNaC::asinh(t()) + GiNaC::acosh(t()) + GiNaC::atanh(t()));
  expect_parses_to("sin(pi)", 0);
}

TEST(ParseExpression, WritesHyperbolicFunctionsAsExponentials) {
  const ex at_two = numeric(2);
  const std::vector<std::pair<std::string, ex>> cases = {
      {"sinh(2)", GiNaC::sinh(at_two)}, {"cosh(2)", GiNaC::cosh(at_two)}, {"tanh(2)", GiNaC::tanh(at_two)}};
  for (const auto& [text, expected] : cases) {
    const ex difference = (parse_expression(text) - expected).evalf();
    EXPECT_NEAR(GiNaC::ex_to<numeric>(difference).to_double(), 0, 1e-14) << text;
  }
}

TEST(ParseExpression, MaxAndMinPickTheLargerAndTheSmaller) {
  const ex larger = parse_expression("max(t,3)");
  const ex smaller = parse_expression("min(t,3)");
  for (const int value : {1, 3, 5}) {
    EXPECT_TRUE(larger.subs(t() == value).is_equal(std::max(value, 3)));
    EXPECT_TRUE(smaller.subs(t() == value).is_equal(std::min(value, 3)));
  }
}

TEST(ParseExpression, PutsParametersInPlace) {
  const ex parsed = parse_expression("alpha*t^beta_2", {{"alpha", numeric(1, 3)}, {"beta_2", 2}});
  EXPECT_TRUE(parsed.is_equal(GiNaC::pow(t(), 2) / 3));
}

TEST(ParseExpression, ReadsBackWhatItWrote) {
  for (const std::string text :
       {"t*log(t) - (t+1)*log((t+1)/2)", "(sqrt(t)-1)^2/3", "abs(t-1)^2.5", "exp(-t/pi)"}) {
    const ex parsed = parse_expression(text);
    expect_parses_to(to_text(parsed), parsed);
  }
}

TEST(ParseExpression, NamesTheCharacterWhereReadingStopped) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"t+x", "at character 3: unknown name 'x'"},
      {"t+lag(t)", "at character 3: unknown function 'lag'"},
      {"(t+1", "at character 5: expected ')'"},
      {"t+1)", "at character 4: unexpected ')'"},
      {"max(t)", "at character 6: expected ','"},
      {"log(t,2)", "at character 6: expected ')'"},
      {"", "at character 1: the expression ends too early"},
      {"   ", "at character 4: the expression ends too early"},
      {"t+", "at character 3: the expression ends too early"},
      {"t t", "at character 3: unexpected 't'"},
      {"2t", "at character 2: unexpected 't'"},
      {"t+*2", "at character 3: unexpected '*'"},
      {"t/(t-t)", "at character 2: division by zero"},
      {"1/0", "at character 2: division by zero"},
      {"0^-1", "at character 2: not defined"},
      {"0^t", "at character 2: zero to a power that is not a number"},
      {"log(0)", "at character 1: not defined"},
      {"1+atanh(1)", "at character 3: not defined"},
      {".", "at character 1: not a number"},
      {"1e", "at character 2: a decimal exponent that is missing"},
      {"1e999", "at character 2: a decimal exponent that is missing or over 300"},
      {"1e99999999999999999999", "at character 2: a decimal exponent"},
      {"9^9^9", "at character 2: this power is too large"},
      {"(t+1)^100000", "at character 6: this exponent is too large"},
      {"t^10^9", "at character 2: this exponent is too large"},
      {repeated("7", 61), "at character 1: a number of more than 60 digits"},
      {repeated("t+", 2499) + "t+", "expression of 5000 characters is too long"},
      {repeated("(", 2000) + "t" + repeated(")", 2000), "at character 101: nested too deeply"},
      {repeated("-", 2000) + "t", "at character 201: nested too deeply"},
      {"t" + repeated("^t", 2000), "nested too deeply"},
      {repeated("(", 10000) + "t" + repeated(")", 10000), "too long"},
      {"t+\xc3\xa9", "at character 3: unexpected '?', here: t+ >>>??"},
      {"t\x1b[2J", "at character 2: unexpected '?', here: t >>>?[2J"},
      {std::string("t+\0t", 4), "at character 3: unexpected '?', here: t+ >>>?t"},
      {std::string("t\0", 2), "at character 2: unexpected '?', here: t >>>?"},
  };
  for (const auto& [text, expected] : cases) {
    const std::string message = refusal_of(text);
    EXPECT_NE(message.find(expected), std::string::npos)
        << text.substr(0, 80) << "\n  gave: " << message << "\n  not:  " << expected;
    EXPECT_EQ(message.find('\n'), std::string::npos);
    EXPECT_LT(message.size(), 250U);
  }
}

TEST(ParseExpression, ThrowsOnlyLossErrorForRandomText) {
  const std::vector<std::string> words = {
      "t", "t",    "1",    "2",    "0",    "0.3",  "1e-3", "9",    ".",      "e",      "pi",   "+",
      "-", "*",    "/",    "^",    "**",   "(",    ")",    "(",    ")",      ",",      "log(", "exp(",
      " ", "abs(", "max(", "min(", "sin(", "tan(", "sqrt", "tanh", "acosh(", "atanh(", "\xff", "alpha"};
  std::mt19937 random(20);
  int read = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text;
    const size_t length = 1 + random() % 16;
    int open = 0;
    for (size_t k = 0; k < length; ++k) {
      const std::string& word = words[random() % words.size()];
      open += static_cast<int>(word.find('(') != std::string::npos) - static_cast<int>(word == ")");
      text += word;
    }
    // Half of them with closed parentheses, so that more than the first error is reached.
    if (i % 2 == 0 && open > 0) {
      text.append(static_cast<size_t>(open), ')');
    }
    try {
      const ex parsed = parse_expression(text);
      ++read;
    } catch (const LossError&) {
    } catch (const std::exception& error) {
      ADD_FAILURE() << text << ": " << error.what();
    }
  }
  EXPECT_GT(read, 100);
}

TEST(ParseNumber, ReadsExactNumbers) {
  EXPECT_TRUE(parse_number("3").is_equal(3));
  EXPECT_TRUE(parse_number("-0.5").is_equal(numeric(-1, 2)));
  EXPECT_TRUE(parse_number("1e-3").is_equal(numeric(1, 1000)));
  EXPECT_TRUE(parse_number("1/3").is_equal(numeric(1, 3)));
}

TEST(ParseNumber, RefusesWhatIsNoExactNumber) {
  for (const std::string text :
       {"", "t", "pi", "sqrt(2)", "sqrt(-1)", "nan", "inf", "1,5", "0x10", "1e999"}) {
    EXPECT_THROW(parse_number(text), ExpressionError) << text;
  }
}

}  // namespace
}  // namespace ganwright
