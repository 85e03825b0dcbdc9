#include "losses/formula/constant.h"

#include <gtest/gtest.h>

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

std::optional<int> sign(const std::string& text) {
  return sign_of_constant(parse_expression(text));
}

TEST(IsConstant, HoldsWhereThereIsNoVariable) {
  EXPECT_TRUE(is_constant(parse_expression("sqrt(2) + pi - log(3)/7")));
  EXPECT_FALSE(is_constant(parse_expression("sqrt(2) + 1/t")));
}

// The 17 digits of a double say the opposite of some, and nothing of others.
TEST(SignOfConstant, IsRightWhereDoublesAreNot) {
  const std::vector<std::pair<std::string, int>> cases = {
      {"3", 1},
      {"-1e-300", -1},
      {"pi - 22/7", -1},
      {"sin(1)^2+cos(1)^2-1-1e-30", -1},
      {"sqrt(5+2*sqrt(6))-sqrt(2)-sqrt(3)-1e-30", -1},
      {"sqrt(5+2*sqrt(6))-sqrt(2)-sqrt(3)+1e-200", 1},
      {"1e25*(log(6)-log(2)-log(3))-1", -1},
      {"exp(pi*sqrt(163)) - 262537412640768744", -1},
      {"atan(1/5)*16 - atan(1/239)*4 - pi + 1e-100", 1},
      {"asinh(2) - log(2+sqrt(5)) - 1e-100", -1},
      {"acosh(2)*atanh(1/3)*tan(1)*asin(1/3)*acos(1/3)", 1},
      {"abs(sqrt(2) - 3/2)^pi", 1},
      {"2^(1/3)*4^(1/3) - 2", 0},
      {"log(6)-log(2)-log(3)", 0},
      {"sqrt(6) - sqrt(2)*sqrt(3)", 0},
  };
  for (const auto& [text, expected] : cases) {
    EXPECT_EQ(sign(text), expected) << text;
  }
}

TEST(SignOfConstant, SaysNothingWhereItIsNotSettled) {
  // Zero, which no precision shows.
  EXPECT_EQ(sign("sin(1)^2+cos(1)^2-1"), std::nullopt);
  EXPECT_EQ(sign("sqrt(-1)"), std::nullopt);
  EXPECT_EQ(sign("log(-2)"), std::nullopt);
  EXPECT_EQ(sign("asin(2)"), std::nullopt);
  EXPECT_EQ(sign("t"), std::nullopt);
}

TEST(EncloseConstant, KeepsItsRelativeAccuracyWhereTermsCancel) {
  Ball ball;
  ASSERT_TRUE(enclose_constant(parse_expression("1e30*(sqrt(1+1e-30)-1)"), 100, ball));
  EXPECT_GE(arb_rel_accuracy_bits(ball.value), 100);
  EXPECT_NEAR(arf_get_d(arb_midref(ball.value), ARF_RND_NEAR), 0.5, 1e-15);
}

}  // namespace
}  // namespace ganwright
