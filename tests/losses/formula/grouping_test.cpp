#include "losses/formula/grouping.h"

#include <gtest/gtest.h>

#include <string>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

TEST(Grouping, IsTheSameFunctionAsTheAlgebraicForm) {
  for (const std::string f : {"2*(t+1) - (t-(t-1))*t", "max(t-1,0)^2", "min(t,1/t)*max(log(t),t-1)",
                              "(t+1)*max((t-1)^2,(t+2)*log(t)) - min(t,1)"}) {
    const GiNaC::ex difference = without_groups(parse_groups(f)) - parse_expression(f);
    EXPECT_TRUE(difference.expand().is_zero()) << f;
  }
}

TEST(Grouping, SumsInParenthesesStayTogether) {
  EXPECT_TRUE(is_composed(parse_groups("(t*log(t)-t) + t")));
  EXPECT_TRUE(is_composed(parse_groups("3*max(t,1/t)")));
  EXPECT_TRUE(is_composed(parse_groups("(t+1)/2*(1/t+1)")));
  for (const std::string f : {"t*log(t) - t + 1", "(t-1)^2", "min(t,1)", "log(t)*(t-1)"}) {
    EXPECT_FALSE(is_composed(parse_groups(f))) << f;
  }
}

}  // namespace
}  // namespace ganwright
