#include "losses/numeric/signed_log.h"
#include "losses/numeric/infinity.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <vector>

namespace ganwright {
namespace {

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

const std::vector<double> kNumbers = {-1e200, -3.5, -1, -1e-9, 0, 1e-300, 0.25, 1, 1.0000001, 7, 1e150};

void expect_close(const SignedLog& actual, double expected) {
  EXPECT_NEAR(actual.value(), expected, 1e-12 * std::abs(expected));
}

TEST(SignedLog, KeepsTheValueItWasMadeFrom) {
  for (const double number : kNumbers) {
    expect_close(SignedLog::from_value(number), number);
  }
}

TEST(SignedLog, AddsMultipliesAndNegatesLikeNumbers) {
  for (const double a : kNumbers) {
    expect_close(-SignedLog::from_value(a), -a);
    for (const double b : kNumbers) {
      const SignedLog x = SignedLog::from_value(a);
      const SignedLog y = SignedLog::from_value(b);
      // The logarithm's own rounding is relative to the larger term.
      EXPECT_NEAR((x + y).value(), a + b, 1e-12 * (std::abs(a) + std::abs(b))) << a << " + " << b;
      if (std::isfinite(a * b) && (a * b != 0 || a == 0 || b == 0)) {
        expect_close(x * y, a * b);
      }
    }
  }
}

TEST(SignedLog, HoldsNumbersFarBeyondDouble) {
  const SignedLog huge{1.0, 1e6};
  EXPECT_EQ((huge * huge).log, 2e6);
  EXPECT_EQ(power(huge, -3).log, -3e6);
  EXPECT_EQ((huge + SignedLog::from_value(-1)).log, 1e6);
  EXPECT_EQ((huge + huge).log, 1e6 + std::log(2.0));
  EXPECT_EQ(huge.value(), kInfinity);
  EXPECT_EQ(power(huge, -1).value(), 0);
}

TEST(SignedLog, KeepsTheDigitsOfOnePlusATinyNumber) {
  const SignedLog tiny{1.0, -60};
  EXPECT_NEAR(logarithm(SignedLog::from_value(1) + tiny).log, -60, 1e-12);
}

TEST(SignedLog, KeepsTheDigitsOfAPowerMinusOne) {
  const double u = 3;
  for (const double exponent : {1e-3, 1e-8, 1e-14}) {
    const SignedLog difference = power(SignedLog{1.0, u}, exponent) + SignedLog::from_value(-1);
    expect_close(difference, std::expm1(exponent * u));
  }
}

TEST(SignedLog, ANumberAndItsOppositeCancelToZero) {
  for (const double log : {-700.0, 0.0, 1e6}) {
    const SignedLog zero = SignedLog{1.0, log} + SignedLog{-1.0, log};
    EXPECT_EQ(zero.sign, 0);
    EXPECT_EQ(zero.value(), 0);
  }
}

TEST(SignedLog, ZeroIsNeutralInSumsAndAbsorbsProducts) {
  const SignedLog three = SignedLog::from_value(3);
  expect_close(three + SignedLog{}, 3);
  expect_close(SignedLog{} + three, 3);
  EXPECT_EQ((SignedLog{} + SignedLog{}).sign, 0);
  EXPECT_EQ((three * SignedLog{}).sign, 0);
  EXPECT_EQ(power(SignedLog{}, 2).sign, 0);
  EXPECT_EQ(power(SignedLog{}, 0).value(), 1);
  EXPECT_EQ(power(SignedLog{}, -1).value(), kInfinity);
}

TEST(SignedLog, WholePowersOfNegativeNumbersAlternateInSign) {
  const SignedLog minus_two = SignedLog::from_value(-2);
  expect_close(power(minus_two, 2), 4);
  expect_close(power(minus_two, 3), -8);
  expect_close(power(minus_two, -1), -0.5);
  expect_close(power(minus_two, -2), 0.25);
  expect_close(power(minus_two, 0), 1);
}

TEST(SignedLog, ExponentialAndLogarithmAreInverse) {
  for (const double number : {-1e5, -2.0, 0.0, 1e-8, 30.0, 1e5}) {
    expect_close(logarithm(exponential(SignedLog::from_value(number))), number);
  }
}

TEST(SignedLog, TheLogarithmOfZeroIsMinusInfinity) {
  EXPECT_EQ(logarithm(SignedLog{}).value(), -kInfinity);
}

TEST(SignedLog, WhatHasNoRealValueIsUndefined) {
  const SignedLog infinity{1.0, kInfinity};
  EXPECT_TRUE(SignedLog::from_value(kNan).is_undefined());
  EXPECT_TRUE(logarithm(SignedLog::from_value(-1)).is_undefined());
  EXPECT_TRUE(power(SignedLog::from_value(-1), 0.5).is_undefined());
  EXPECT_TRUE((SignedLog{} * infinity).is_undefined());
  EXPECT_TRUE((infinity * SignedLog{}).is_undefined());
  EXPECT_TRUE((infinity + -infinity).is_undefined());
  EXPECT_FALSE((infinity + infinity).is_undefined());
}

TEST(SignedLog, UndefinedSpreadsThroughEveryOperation) {
  const SignedLog undefined = SignedLog::undefined();
  const SignedLog one = SignedLog::from_value(1);
  EXPECT_TRUE((undefined + one).is_undefined());
  EXPECT_TRUE((one + undefined).is_undefined());
  EXPECT_TRUE((undefined * one).is_undefined());
  EXPECT_TRUE((-undefined).is_undefined());
  EXPECT_TRUE(power(undefined, 2).is_undefined());
  EXPECT_TRUE(power(undefined, 0.5).is_undefined());
  EXPECT_TRUE(logarithm(undefined).is_undefined());
  EXPECT_TRUE(exponential(undefined).is_undefined());
  EXPECT_TRUE((undefined * SignedLog{}).is_undefined());
  EXPECT_TRUE((SignedLog{} * undefined).is_undefined());
}

}  // namespace
}  // namespace ganwright
