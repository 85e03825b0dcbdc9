#include "losses/interval/factor_signs.h"

#include <gtest/gtest.h>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

// Both factors are 0 at t = 0, where their quotient is not.
TEST(FactorSigns, ShowTheSignOfAFractionNextToACommonZero) {
  FactorSigns signs(parse_expression("((t+2)*log(1+t)-2*t)/log(1+t)^3"));
  EXPECT_TRUE(signs.are_nonnegative_on({0, 0.1}));
  EXPECT_TRUE(signs.are_nonnegative_on({1e-5, 0.1}));
  FactorSigns negative(parse_expression("(2*t-(t+2)*log(1+t))/log(1+t)^3"));
  EXPECT_FALSE(negative.are_nonnegative_on({0, 0.1}));
}

TEST(FactorSigns, EvenPowersChangeNothing) {
  FactorSigns signs(parse_expression("(t-1)^2*t"));
  EXPECT_TRUE(signs.are_nonnegative_on({0.5, 2}));
  FactorSigns odd(parse_expression("(t-1)^3*t"));
  EXPECT_FALSE(odd.are_nonnegative_on({0.5, 2}));
}

}  // namespace
}  // namespace ganwright
