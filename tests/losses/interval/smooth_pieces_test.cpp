#include "losses/interval/smooth_pieces.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;

std::vector<std::string> kinks_of(const std::string& f) {
  std::vector<std::string> starts;
  for (const SmoothPiece& piece : split_at_kinks(parse_expression(f))) {
    starts.push_back(piece.start.text());
  }
  return starts;
}

TEST(SplitAtKinks, ASmoothFunctionIsOnePiece) {
  const ex f = parse_expression("t*log(t)");
  const std::vector<SmoothPiece> pieces = split_at_kinks(f);
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_TRUE(pieces[0].start.is_zero());
  EXPECT_TRUE(pieces[0].expression.is_equal(f));
}

TEST(SplitAtKinks, FindsTheKinksInOrder) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"abs(t-1)/2", {"0", "1"}},
      {"max(t-0.5,0)", {"0", "0.5"}},
      {"abs(t-2) + 3*abs(3*t-2) + abs(2-t)", {"0", "2/3", "2"}},
      {"abs(t^2-4)", {"0", "2"}},
      {"abs((t-1)*(t-3)*(t+5))", {"0", "1", "3"}},
      {"abs(t+1)", {"0"}},
      {"abs(-t^2-1)", {"0"}},
      {"abs(pi-4)*t", {"0"}},
      {"max(t,1/t)", {"0", "1"}},
      {"abs((t-2)/(t-1))", {"0", "1", "2"}},
  };
  for (const auto& [f, expected] : cases) {
    EXPECT_EQ(kinks_of(f), expected) << f;
  }
}

TEST(SplitAtKinks, EveryPieceHasTheValueOfTheWholeAndNoAbs) {
  for (const std::string f :
       {"abs(t-1)^3", "max(t-2,0)-min(1/3,t)", "abs((t-2)/(t-1))", "t*abs(t^2-4)-abs(3-t)",
        "abs(pi-4)*abs(t-1)", "abs(t^2-2)*t", "max(abs(t-1)-1,min(t,1/3))", "sqrt((t-1)^2*t)"}) {
    const ex whole = parse_expression(f);
    const std::vector<SmoothPiece> pieces = split_at_kinks(whole);
    for (int k = 1; k < 200; ++k) {
      const GiNaC::numeric point(2 * k + 1, 64);
      const auto piece = std::find_if(pieces.rbegin(), pieces.rend(),
                                      [&](const SmoothPiece& p) { return p.start <= Place(point); });
      const ex difference = (whole - piece->expression).subs(variable_t() == point).evalf();
      EXPECT_NEAR(GiNaC::ex_to<GiNaC::numeric>(difference).to_double(), 0, 1e-12) << f << " at " << point;
    }
    for (const SmoothPiece& piece : pieces) {
      EXPECT_EQ(to_text(piece.expression).find("abs"), std::string::npos);
    }
  }
}

TEST(SplitAtKinks, FindsKinksAnywhere) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"abs(t^2-2)", {"0", "1.41421"}},
      {"max(t-sqrt(2),0)", {"0", "1.41421"}},
      {"abs(log(t))", {"0", "1"}},
      {"abs(sqrt(t)-1)", {"0", "1"}},
      {"abs(t-pi)", {"0", "3.14159"}},
      {"abs(exp(t)-2)", {"0", "0.693147"}},
      {"max(t*log(t),0)", {"0", "1"}},
      {"abs(1-t^(1/3))^3", {"0", "1"}},
      {"max(t*log(t)-t+1,(t-1)^2/2)", {"0", "1"}},
  };
  for (const auto& [f, expected] : cases) {
    EXPECT_EQ(kinks_of(f), expected) << f;
  }
}

TEST(SplitAtKinks, SplitsTheInnermostFirst) {
  const std::vector<std::pair<std::string, std::vector<std::string>>> cases = {
      {"abs(abs(t-1)-1)", {"0", "1", "2"}},
      {"max(abs(t-1)-1,0)", {"0", "1", "2"}},
      {"max(t,min(t^2,1))", {"0", "1"}},
      {"max(max(1-t,t-2),t^2-5)", {"0", "1.5", "2.30278"}},
  };
  for (const auto& [f, expected] : cases) {
    EXPECT_EQ(kinks_of(f), expected) << f;
  }
}

TEST(SplitAtKinks, TheRootOfASquareIsAnAbsoluteValue) {
  EXPECT_EQ(kinks_of("((t-1)^2)^(1/2)"), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(kinks_of("sqrt(t^2-2*t+1)"), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(kinks_of("sqrt((t-1)^2*t)"), (std::vector<std::string>{"0", "1"}));
  EXPECT_EQ(kinks_of("sqrt((t+1)^2)"), (std::vector<std::string>{"0"}));
}

// The argument is 0 or not, which no precision shows.
TEST(SplitAtKinks, KeepsTheAbsoluteValueOfAnUnsettledConstant) {
  const std::vector<SmoothPiece> pieces = split_at_kinks(parse_expression("abs(sin(1)^2+cos(1)^2-1)*t"));
  ASSERT_EQ(pieces.size(), 1U);
  EXPECT_NE(to_text(pieces[0].expression).find("abs"), std::string::npos);
}

TEST(SplitAtKinks, RefusesKinksThatAreNotIsolated) {
  for (const std::string f : {"abs(sin(t))", "abs(sin(1/t))", "abs(t-sqrt(2)) + abs(t^2-2)"}) {
    EXPECT_THROW(split_at_kinks(parse_expression(f)), LossError) << f;
  }
}

TEST(SplitAtKinks, RefusesZeroToAVariablePower) {
  EXPECT_THROW(split_at_kinks(parse_expression("max(t-1,0)^t")), LossError);
}

}  // namespace
}  // namespace ganwright
