#include "losses/interval/interval.h"
#include "losses/numeric/infinity.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <numbers>
#include <random>
#include <string>
#include <vector>

namespace ganwright {
namespace {

// Doubles are only a reference: an enclosure may end within their rounding of a value.
void expect_holds(const Interval& enclosure, double value, const std::string& what) {
  const double rounding = 1e-13 * std::max(1.0, std::abs(value));
  EXPECT_LE(enclosure.lower(), value + rounding) << what;
  EXPECT_GE(enclosure.upper(), value - rounding) << what;
}

struct RandomBox {
  double lower;
  double upper;
  [[nodiscard]] Interval interval() const { return {lower, upper}; }
  [[nodiscard]] double at(double fraction) const { return lower + fraction * (upper - lower); }
};

class RandomBoxes {
 public:
  RandomBox draw(double lowest, double highest) {
    std::uniform_real_distribution<double> place(lowest, highest);
    const double a = place(generator_);
    const double b = place(generator_);
    return {std::min(a, b), std::max(a, b)};
  }

 private:
  std::mt19937 generator_{7};
};

struct UnaryCase {
  std::string name;
  Interval (*enclose)(const Interval&);
  double (*evaluate)(double);
  double lowest;
  double highest;
};

const std::vector<UnaryCase>& unary_cases() {
  static const std::vector<UnaryCase> cases = {
      {"negation", [](const Interval& x) { return -x; }, [](double x) { return -x; }, -5, 5},
      {"inverse", inverse, [](double x) { return 1 / x; }, 0.1, 9},
      {"inverse of negative numbers", inverse, [](double x) { return 1 / x; }, -9, -0.1},
      {"absolute", absolute, [](double x) { return std::abs(x); }, -5, 5},
      {"square", [](const Interval& x) { return whole_power(x, 2); }, [](double x) { return x * x; }, -5, 5},
      {"cube", [](const Interval& x) { return whole_power(x, 3); }, [](double x) { return x * x * x; }, -5,
       5},
      {"power -3", [](const Interval& x) { return whole_power(x, -3); },
       [](double x) { return std::pow(x, -3); }, 0.2, 5},
      {"square root", [](const Interval& x) { return real_power(x, Interval(0.5)); },
       [](double x) { return std::sqrt(x); }, 0, 9},
      {"power -1.25", [](const Interval& x) { return real_power(x, Interval(-1.25)); },
       [](double x) { return std::pow(x, -1.25); }, 0.1, 9},
      {"exponential", exponential, [](double x) { return std::exp(x); }, -30, 30},
      {"logarithm", logarithm, [](double x) { return std::log(x); }, 1e-3, 1e3},
      {"sine", sine, [](double x) { return std::sin(x); }, -9, 9},
      {"cosine", cosine, [](double x) { return std::cos(x); }, -9, 9},
      {"tangent", tangent, [](double x) { return std::tan(x); }, -1.5, 1.5},
      {"arc sine", arc_sine, [](double x) { return std::asin(x); }, -1, 1},
      {"arc cosine", arc_cosine, [](double x) { return std::acos(x); }, -1, 1},
      {"arc tangent", arc_tangent, [](double x) { return std::atan(x); }, -50, 50},
      {"inverse hyperbolic sine", inverse_hyperbolic_sine, [](double x) { return std::asinh(x); }, -50, 50},
      {"inverse hyperbolic cosine", inverse_hyperbolic_cosine, [](double x) { return std::acosh(x); }, 1, 50},
      {"inverse hyperbolic tangent", inverse_hyperbolic_tangent, [](double x) { return std::atanh(x); },
       -0.999, 0.999},
  };
  return cases;
}

TEST(Interval, FunctionsHoldEveryValueTheyTake) {
  RandomBoxes boxes;
  for (const UnaryCase& function : unary_cases()) {
    for (int i = 0; i < 200; ++i) {
      const RandomBox x = boxes.draw(function.lowest, function.highest);
      const Interval image = function.enclose(x.interval());
      for (const double fraction : {0.0, 0.1, 0.5, 0.93, 1.0}) {
        expect_holds(image, function.evaluate(x.at(fraction)), function.name);
      }
    }
  }
}

// Those that are monotone, and even powers, lose nothing: their ends are values.
TEST(Interval, MonotoneFunctionsAreNoWiderThanTheirValues) {
  const Interval x(0.25, 0.75);
  for (const UnaryCase& function : unary_cases()) {
    if (function.lowest > 0.25 || function.highest < 0.75 || function.name == "sine" ||
        function.name == "cosine") {
      continue;
    }
    const double ends[] = {function.evaluate(0.25), function.evaluate(0.75)};
    const Interval image = function.enclose(x);
    EXPECT_NEAR(image.lower(), std::min(ends[0], ends[1]), 1e-14) << function.name;
    EXPECT_NEAR(image.upper(), std::max(ends[0], ends[1]), 1e-14) << function.name;
  }
}

TEST(Interval, SumsAndProductsHoldEveryValueAndNoMore) {
  RandomBoxes boxes;
  for (int i = 0; i < 2000; ++i) {
    const RandomBox x = boxes.draw(-3, 3);
    const RandomBox y = boxes.draw(-3, 3);
    const Interval product = x.interval() * y.interval();
    const Interval sum = x.interval() + y.interval();
    const Interval difference = x.interval() - y.interval();
    const double corners[] = {x.lower * y.lower, x.lower * y.upper, x.upper * y.lower, x.upper * y.upper};
    EXPECT_NEAR(product.lower(), *std::min_element(corners, corners + 4), 1e-14);
    EXPECT_NEAR(product.upper(), *std::max_element(corners, corners + 4), 1e-14);
    EXPECT_NEAR(sum.lower(), x.lower + y.lower, 1e-14);
    EXPECT_NEAR(sum.upper(), x.upper + y.upper, 1e-14);
    EXPECT_NEAR(difference.lower(), x.lower - y.upper, 1e-14);
    EXPECT_NEAR(difference.upper(), x.upper - y.lower, 1e-14);
  }
}

TEST(Interval, FractionsAreEnclosedFromBothSides) {
  const Interval third = Interval::fraction("1", "3");
  EXPECT_FALSE((third * Interval(3)).is_below(1));
  EXPECT_FALSE((third * Interval(3)).is_above(1));
  EXPECT_LT(third.upper() - third.lower(), 1e-15);
  const Interval quarter = Interval::fraction("-1", "4");
  EXPECT_TRUE(quarter.is_at_least(-0.25) && quarter.is_at_most(-0.25));
}

TEST(Interval, LiesAroundABall) {
  Ball ball;
  arb_const_pi(ball.value, 1000);
  const Interval pi = Interval::around(ball);
  EXPECT_TRUE(sine(pi).contains(0));
  EXPECT_NEAR(pi.lower(), std::numbers::pi, 1e-15);
  arb_indeterminate(ball.value);
  EXPECT_FALSE(Interval::around(ball).is_finite());
}

// What 128 bits cannot hold must lie between the ends.
TEST(Interval, RoundsOutward) {
  const double tiny = std::ldexp(1, -200);
  const Interval sum = Interval(1) + Interval(tiny);
  EXPECT_TRUE((sum - Interval(1)).contains(tiny));
  EXPECT_TRUE((-(-Interval(1) - Interval(tiny)) - Interval(1)).contains(tiny));
  const Interval factor = Interval(1) + Interval(std::ldexp(1, -100));
  EXPECT_TRUE((factor * factor - Interval(1) - Interval(std::ldexp(1, -99))).contains(tiny));
  const Interval quarter(0.25);
  EXPECT_TRUE(((inverse(Interval(3)) - quarter) * Interval(3) - quarter).contains(0));
  EXPECT_TRUE(((Interval::fraction("1", "3") - quarter) * Interval(3) - quarter).contains(0));
  EXPECT_TRUE((whole_power(factor, 2) - Interval(1) - Interval(std::ldexp(1, -99))).contains(tiny));
  EXPECT_TRUE((whole_power(real_power(Interval(2), Interval(0.5)), 2)).contains(2));
  EXPECT_TRUE(exponential(logarithm(Interval(3))).contains(3));
}

TEST(Interval, KnownPointsAreExact) {
  const auto is_exactly = [](const Interval& x, double value) {
    return x.is_at_least(value) && x.is_at_most(value);
  };
  EXPECT_TRUE(is_exactly(logarithm(Interval(1)), 0));
  EXPECT_TRUE(is_exactly(exponential(Interval(0)), 1));
  EXPECT_TRUE(is_exactly(real_power(Interval(4), Interval(0.5)), 2));
  EXPECT_TRUE(is_exactly(real_power(Interval(0), Interval(1.5)), 0));
  EXPECT_TRUE(is_exactly(whole_power(Interval(-3), 3), -27));
  EXPECT_TRUE(is_exactly(inverse_hyperbolic_cosine(Interval(1)), 0));
}

TEST(Interval, EvenPowersStayAboveZeroOnWideBoxes) {
  const Interval square = whole_power(Interval(-1e8, 3), 2);
  EXPECT_TRUE(square.is_at_least(0));
  EXPECT_DOUBLE_EQ(square.upper(), 1e16);
  EXPECT_TRUE(exponential(Interval(0, 1e8)).is_at_least(1));
}

TEST(Interval, InfiniteEndsGoThroughEveryOperation) {
  const Interval positive = Interval(0, kInfinity).with_open_lower();
  EXPECT_EQ(inverse(positive).lower(), 0);
  EXPECT_EQ(inverse(positive).upper(), kInfinity);
  EXPECT_EQ(logarithm(positive).lower(), -kInfinity);
  EXPECT_EQ(logarithm(positive).upper(), kInfinity);
  EXPECT_EQ(exponential(Interval::everything()).lower(), 0);
  EXPECT_EQ(exponential(Interval::everything()).upper(), kInfinity);
  EXPECT_NEAR(arc_tangent(Interval::everything()).upper(), std::numbers::pi / 2, 1e-15);
  EXPECT_EQ(inverse_hyperbolic_sine(Interval::everything()).lower(), -kInfinity);
  EXPECT_EQ(real_power(positive, Interval(-0.5)).upper(), kInfinity);
  EXPECT_EQ(sine(Interval::everything()).lower(), -1);
  EXPECT_EQ(tangent(Interval::everything()).upper(), kInfinity);
  EXPECT_EQ((positive - positive).lower(), -kInfinity);
  EXPECT_EQ(whole_power(Interval(-kInfinity, 2), 3).lower(), -kInfinity);
  EXPECT_EQ(absolute(Interval(-kInfinity, 2)).upper(), kInfinity);
}

// t/t in two factors on (0, inf): every value is 1, and the corners 0 * inf must not lose it.
TEST(Interval, ZeroTimesInfinityKeepsTheFiniteProducts) {
  const Interval positive = Interval(0, kInfinity).with_open_lower();
  const Interval product = positive * inverse(positive);
  EXPECT_EQ(product.lower(), 0);
  EXPECT_EQ(product.upper(), kInfinity);
  const Interval zero = Interval(0) * Interval(1, kInfinity);
  EXPECT_EQ(zero.lower(), 0);
  EXPECT_EQ(zero.upper(), 0);
}

TEST(Interval, AnInverseIsUnboundedWhereItsArgumentReachesZero) {
  EXPECT_EQ(inverse(Interval(0, 2)).lower(), 0.5);
  EXPECT_EQ(inverse(Interval(0, 2)).upper(), kInfinity);
  EXPECT_EQ(inverse(Interval(-2, 0)).lower(), -kInfinity);
  EXPECT_EQ(inverse(Interval(-2, 0)).upper(), -0.5);
  for (const Interval& all : {inverse(Interval(-1, 1)), inverse(Interval(0)), logarithm(Interval(-2, -1)),
                              arc_sine(Interval(2, 3)), real_power(Interval(-2, -1), Interval(0.5))}) {
    EXPECT_EQ(all.lower(), -kInfinity);
    EXPECT_EQ(all.upper(), kInfinity);
  }
}

TEST(Interval, OnlyThePartInsideTheDomainCounts) {
  EXPECT_EQ(logarithm(Interval(-3, 1)).lower(), -kInfinity);
  EXPECT_NEAR(logarithm(Interval(-3, 2)).upper(), std::log(2), 1e-15);
  EXPECT_EQ(real_power(Interval(-3, 4), Interval(0.5)).lower(), 0);
  EXPECT_NEAR(arc_sine(Interval(0.5, 7)).upper(), std::numbers::pi / 2, 1e-15);
  EXPECT_EQ(inverse_hyperbolic_cosine(Interval(-1, 2)).lower(), 0);
  EXPECT_EQ(inverse_hyperbolic_tangent(Interval(-3, 0)).lower(), -kInfinity);
}

TEST(Interval, AnOpenEndIsNoValue) {
  const Interval closed(0, 1);
  const Interval open = closed.with_open_lower();
  EXPECT_FALSE(closed.is_above(0));
  EXPECT_TRUE(open.is_above(0));
  EXPECT_TRUE((open + closed).is_above(0));
  EXPECT_TRUE((open * open).is_above(0));
  EXPECT_FALSE((open * closed).is_above(0));
  EXPECT_TRUE((open * Interval(1, 2)).is_above(0));
  EXPECT_TRUE((-open).is_below(0));
  EXPECT_TRUE(((-open) * open).is_below(0));
  EXPECT_TRUE(whole_power(open, 2).is_above(0));
  EXPECT_TRUE(real_power(open, Interval(1.5)).is_above(0));
  EXPECT_TRUE(logarithm(Interval(1, 2).with_open_lower()).is_above(0));
  EXPECT_TRUE(exponential(-inverse(open)).is_above(0));
  EXPECT_FALSE(absolute(Interval(-1, 1)).is_above(0));
}

TEST(Interval, SineAndCosineStayBetweenMinusOneAndOne) {
  EXPECT_EQ(sine(Interval(1, 2)).upper(), 1);
  EXPECT_EQ(cosine(Interval(3, 3.5)).lower(), -1);
}

TEST(Interval, ATangentWithAPoleInsideIsUnbounded) {
  EXPECT_EQ(tangent(Interval(1, 2)).upper(), kInfinity);
  EXPECT_EQ(tangent(Interval(1, 2)).lower(), -kInfinity);
}

TEST(Interval, EnormousArgumentsGiveTrueBounds) {
  const Interval tower = exponential(exponential(exponential(Interval(0, 100))));
  EXPECT_GT(tower.lower(), 15);
  EXPECT_EQ(tower.upper(), kInfinity);
  EXPECT_TRUE(exponential(-exponential(Interval(50))).is_above(0));
  const Interval power = whole_power(whole_power(Interval(10), 1'000'000), 1000);
  EXPECT_EQ(power.upper(), kInfinity);
  EXPECT_NEAR(logarithm(power).lower(), 1e9 * std::log(10), 1e-3);
  EXPECT_LE(sine(power).upper(), 1);
}

}  // namespace
}  // namespace ganwright
