#include "losses/formula/exact_number.h"

#include <gtest/gtest.h>

#include <string>

#include "losses/formula/parser.h"
#include "losses/numeric/infinity.h"

namespace ganwright {
namespace {

using GiNaC::numeric;

TEST(IsZeroAt, FindsZerosThatNeedAlgebra) {
  for (const std::string expression :
       {"t - 4", "log(t) - 2*log(2)", "log(3*t) - log(12)", "log(t/6) - log(2) + log(3)",
        "sqrt(2*t) - 2*sqrt(2)", "sqrt(t+6) - sqrt(2)*sqrt(t+1)", "(sqrt(t+1) + 1)*(sqrt(t+1) - 1) - t",
        "(t+1)*log((t+1)/5)", "exp(t-4) - 1"}) {
    EXPECT_TRUE(is_zero_at(parse_expression(expression), 4)) << expression;
  }
}

TEST(IsZeroAt, IsNotFooledByNearZerosAndPoles) {
  for (const std::string expression : {"t - 4 + 1e-30", "log(t) - 2*log(2) - 1e-40", "1/(t-4)", "log(t-4)",
                                       "sin(t)", "(t - 4)^0.5 + 1e-20"}) {
    EXPECT_FALSE(is_zero_at(parse_expression(expression), 4)) << expression;
  }
}

TEST(IsZeroAt, GivesUpBeforeAnEnormousPower) {
  EXPECT_FALSE(is_zero_at(GiNaC::pow(variable_t() + 1, numeric(1'000'000'000)) - 1, 4));
}

TEST(IsZeroAt, GivesUpBeforeMultiplyingOutMillionsOfTerms) {
  EXPECT_FALSE(
      is_zero_at(parse_expression("(t + exp(t) + sin(t) + cos(t) + log(t+1) + sqrt(t+1))^60 - exp(1)"), 4));
}

TEST(ShortDecimal, HasAsFewDigitsAsFit) {
  EXPECT_EQ(exact_text(short_decimal_between(0.9, 1.2)), "1");
  EXPECT_EQ(exact_text(short_decimal_between(2.996, 2.999)), "2.997");
  EXPECT_EQ(exact_text(short_decimal_between(0.1, 0.1)), "0.1");
  EXPECT_EQ(exact_text(short_decimal_between(0, kInfinity)), "1");
  EXPECT_GT(short_decimal_between(1e8, kInfinity), numeric(100'000'000));
  EXPECT_LT(short_decimal_between(0, 1e-8), numeric(1, 100'000'000));
}

TEST(SimplestFraction, HasTheSmallestTerms) {
  EXPECT_EQ(simplest_fraction_between(0.9, 2.5), numeric(1));
  EXPECT_EQ(simplest_fraction_between(0.3, 0.34), numeric(1, 3));
  EXPECT_EQ(simplest_fraction_between(2, 2), numeric(2));
  EXPECT_EQ(simplest_fraction_between(0, kInfinity), numeric(1));
  EXPECT_EQ(simplest_fraction_between(0.14285714, 0.14285715), numeric(1, 7));
  EXPECT_EQ(simplest_fraction_between(0, 0.3), numeric(1, 4));
  EXPECT_EQ(simplest_fraction_between(0.5, 0.5), numeric(1, 2));
  EXPECT_EQ(simplest_fraction_between(998.5, kInfinity), numeric(999));
  EXPECT_EQ(simplest_fraction_between(999.5, kInfinity), std::nullopt);
  EXPECT_EQ(simplest_fraction_between(0, 1.0 / 999.5), std::nullopt);
  EXPECT_EQ(simplest_fraction_between(3.14159265, 3.14159266), std::nullopt);
  EXPECT_EQ(simplest_fraction_between(1e7, 1e8), std::nullopt);
}

TEST(ExactText, WritesDecimalsWhereTheyAreExact) {
  EXPECT_EQ(exact_text(numeric(1, 4)), "0.25");
  EXPECT_EQ(exact_text(numeric(-3, 10)), "-0.3");
  EXPECT_EQ(exact_text(numeric(1, 3)), "1/3");
  EXPECT_EQ(exact_text(numeric(100)), "100");
  EXPECT_EQ(exact_text(parse_number("1e-40")), "1e-40");
}

}  // namespace
}  // namespace ganwright
