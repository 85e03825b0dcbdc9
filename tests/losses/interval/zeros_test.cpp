#include "losses/interval/zeros.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

Zeros zeros_of(const std::string& expression, ZeroKind kind = ZeroKind::all) {
  return find_zeros(parse_expression(expression), 0, std::nullopt, kind);
}

TEST(FindZeros, IsolatesThemBetweenTightBounds) {
  const std::vector<std::pair<std::string, std::vector<double>>> cases = {
      {"t^2-2", {std::sqrt(2.0)}},
      {"t*log(t)-1", {1.7632228343518967}},
      {"exp(t)-3*t", {0.6190612867359451, 1.5121345516578424}},
      {"(t-pi)*(t-pi-1e-9)", {std::numbers::pi, std::numbers::pi + 1e-9}},
      {"t+1", {}},
      {"exp(-t)", {}},
      {"1-exp(-t)", {}},
      {"log(1+t)", {}},
  };
  for (const auto& [expression, places] : cases) {
    const Zeros zeros = zeros_of(expression);
    EXPECT_TRUE(zeros.unsettled.empty()) << expression;
    ASSERT_EQ(zeros.found.size(), places.size()) << expression;
    for (size_t i = 0; i < places.size(); ++i) {
      const Place& place = zeros.found[i].place;
      EXPECT_NEAR(place.value() / places[i], 1, 1e-14) << expression;
      EXPECT_LT(((place.upper() - place.lower()) / place.upper()).to_double(), 1e-25) << expression;
      EXPECT_TRUE(zeros.found[i].changes_sign);
      EXPECT_FALSE(place.is_exact()) << expression;
    }
  }
}

TEST(FindZeros, KnowsSimpleFractionsExactly) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"log(t)", "1"}, {"t*log(t/1.2345)", "1.2345"}, {"1-t^(1/3)", "1"}, {"sqrt(t)-3", "9"}};
  for (const auto& [expression, place] : cases) {
    const Zeros zeros = zeros_of(expression);
    ASSERT_EQ(zeros.found.size(), 1U) << expression;
    EXPECT_TRUE(zeros.found[0].place.is_exact()) << expression;
    EXPECT_EQ(zeros.found[0].place.text(), place);
  }
}

// No sign, and no slope, is seen around them.
TEST(FindZeros, CountsTheOrderOfZerosAtSimpleFractions) {
  const std::vector<std::pair<std::string, bool>> cases = {
      {"t*log(t)-t+1", false},              // order 2
      {"t*log(t)-t+1-(t-1)^2/2", true},     // order 3
      {"log(t)^2-(t-1)^2+(t-1)^3", false},  // order 4
  };
  for (const auto& [expression, changes_sign] : cases) {
    const Zeros zeros = zeros_of(expression);
    EXPECT_TRUE(zeros.unsettled.empty()) << expression;
    ASSERT_FALSE(zeros.found.empty()) << expression;
    EXPECT_EQ(zeros.found.back().place.text(), "1") << expression;
    EXPECT_EQ(zeros.found.back().changes_sign, changes_sign) << expression;
  }
}

TEST(FindZeros, ATouchingZeroIsNoSignChangeWhereverItLies) {
  EXPECT_TRUE(zeros_of("(t*log(t)-1)^2", ZeroKind::sign_change).found.empty());
  EXPECT_TRUE(zeros_of("(t*log(t)-1)^2", ZeroKind::sign_change).unsettled.empty());
  EXPECT_FALSE(zeros_of("t*log(t)-1/t+exp(t)-exp(1)-log(t)^3", ZeroKind::all).found.empty());
}

TEST(FindZeros, SaysWhereTheyAreNotIsolated) {
  EXPECT_FALSE(zeros_of("sin(t)").unsettled.empty());
  EXPECT_FALSE(zeros_of("sin(1/t)").unsettled.empty());
  EXPECT_FALSE(zeros_of("sin(1)^2+cos(1)^2-1").unsettled.empty());
}

TEST(FindZeros, LooksBetweenTheBoundsAlone) {
  const Zeros zeros = find_zeros(parse_expression("sin(t)"), 3, GiNaC::numeric(7), ZeroKind::all);
  EXPECT_TRUE(zeros.unsettled.empty());
  ASSERT_EQ(zeros.found.size(), 2U);
  EXPECT_NEAR(zeros.found[1].place.value(), 2 * std::numbers::pi, 1e-14);
}

}  // namespace
}  // namespace ganwright
