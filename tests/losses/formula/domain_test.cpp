#include "losses/formula/domain.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

using Relation = DomainCondition::Relation;

// Such as "t-5 > 0".
std::vector<std::string> conditions_of(const std::string& f) {
  std::vector<std::string> texts;
  for (const DomainCondition& condition : parse_formula(f).domain) {
    const std::string relation = condition.relation == Relation::positive      ? " > 0"
                                 : condition.relation == Relation::nonnegative ? " >= 0"
                                                                               : " != 0";
    texts.push_back(to_text(condition.argument) + relation);
  }
  return texts;
}

TEST(Domain, HoldsWhatEveryStepAsks) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"log(t-5)", {"-5+t > 0"}},
      {"ln(t-5)", {"-5+t > 0"}},
      {"sqrt(t-5)", {"-5+t >= 0"}},
      {"(t-5)^(1/3)", {"-5+t >= 0"}},
      {"(t-5)^pi", {"-5+t >= 0"}},
      {"(t-5)^(-1/3)", {"-5+t > 0"}},
      {"(t-5)^t", {"-5+t > 0"}},
      {"1/(t-5)", {"-5+t != 0"}},
      {"(t-5)^(-2)", {"-5+t != 0"}},
      {"asin(t)", {"1-t >= 0"}},
      {"acos(t-5)", {"6-t >= 0", "-4+t >= 0"}},
      {"acosh(t)", {"-1+t >= 0"}},
      {"atanh(t)", {"1-t > 0"}},
      {"tan(t)", {"cos(t) != 0"}},
      {"log(sqrt(t-5)-1)", {"-5+t >= 0", "-1+sqrt(-5+t) > 0"}},
  };
  for (const auto& [f, expected] : cases) {
    EXPECT_EQ(conditions_of(f), expected) << f;
  }
}

// What is read has forgotten these steps.
TEST(Domain, RemembersWhatAlgebraCancels) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0*log(t-5)", "-5+t > 0"},          {"sin(asin(t))", "1-t >= 0"}, {"exp(log(t-5))", "-5+t > 0"},
      {"sqrt(t-5)^4", "-5+t >= 0"},        {"sqrt(-1)^2", "-1 >= 0"},    {"(t-5)/(t-5)", "-5+t != 0"},
      {"log(t-5) - log(t-5)", "-5+t > 0"}, {"log(t-5)^0", "-5+t > 0"}};
  for (const auto& [f, condition] : cases) {
    const std::vector<std::string> conditions = conditions_of(f);
    ASSERT_FALSE(conditions.empty()) << f;
    EXPECT_EQ(conditions.front(), condition) << f;
  }
}

TEST(Domain, AsksNothingWhereSignsShowIt) {
  for (const std::string f : {"log(t)", "1/(t*(1+t))", "sqrt(t+2)", "log(2*t/(1+t))", "t^(-1/3)",
                              "(1+exp(t))^t", "abs(t-1)^1.5", "1/(-1-t)", "tanh(t)", "sqrt((t-1)^2)"}) {
    EXPECT_TRUE(parse_formula(f).domain.empty()) << f << " asks " << conditions_of(f).front();
  }
}

TEST(Domain, HoldsAConditionOnce) {
  EXPECT_EQ(conditions_of("log(t-5) + 2*log(t-5) + 1/(t-5)").size(), 2U);
}

}  // namespace
}  // namespace ganwright
