#include <gtest/gtest.h>

#include <string>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

TEST(ToText, OrdersTermsAndFactorsByTheirTexts) {
  EXPECT_EQ(to_text(parse_expression("t + log(t) - 3 + sqrt(2)*t^2")), "-3+log(t)+sqrt(2)*t^2+t");
  EXPECT_EQ(to_text(parse_expression("log(t)*t*2*exp(t)")), "2*exp(t)*log(t)*t");
}

TEST(ToText, PutsParenthesesWhereTheyAreNeeded) {
  for (const std::string text :
       {"-t", "1-t", "t*(1+t)", "t^(-1)", "(1+t)^(1/3)", "2^(1/3)", "(1/2)^Pi", "-1/2*t", "sqrt(1+t)",
        "1/sqrt(t)", "(t^t)^t", "-(1+t)^(-2)*log(t)", "abs(-1+t)^3"}) {
    const GiNaC::ex parsed = parse_expression(text);
    EXPECT_TRUE(parse_expression(to_text(parsed)).is_equal(parsed)) << text << " became " << to_text(parsed);
  }
}

}  // namespace
}  // namespace ganwright
