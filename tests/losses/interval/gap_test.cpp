#include "losses/interval/gap.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "losses/formula/parser.h"

namespace ganwright {
namespace {

std::string limit(const std::string& f, const GiNaC::numeric& t) {
  const auto found = limit_at(parse_expression(f), t);
  return found ? to_text(*found) : "none";
}

TEST(LimitAt, IsTheQuotientOfTheFirstDerivativesThatAreNotZero) {
  EXPECT_EQ(limit("(t-1)/log(t)", 1), "1");
  EXPECT_EQ(limit("1-(t-1)/log(t)", 1), "0");
  EXPECT_EQ(limit("sin(t-2)/(t^2-4)", 2), "1/4");
  EXPECT_EQ(limit("(t*log(t)-t+1)/(t-1)^2", 1), "1/2");
  EXPECT_EQ(limit("1/log(t) - 1/(t-1)", 1), "1/2");
}

TEST(LimitAt, IsNothingAtAPole) {
  EXPECT_EQ(limit("1/log(t)", 1), "none");
  EXPECT_EQ(limit("(t-1)/log(t)^2", 1), "none");
}

GapFinding fill(const std::string& f, const Place& place) {
  std::vector<SmoothPiece> pieces = split_at_kinks(parse_expression(f));
  return fill_gap(pieces, place);
}

TEST(FillGap, TellsAGapFromAPole) {
  EXPECT_EQ(fill("(t^2-1)/(t-1)", 1).verdict, Verdict::proved);
  EXPECT_EQ(fill("1-(t-1)/log(t)", 1).text, "t = 1: f is taken by its limit, 0");
  const GapFinding pole = fill("1/log(t)", 1);
  EXPECT_EQ(pole.verdict, Verdict::refuted);
  EXPECT_EQ(pole.counterexample->statement, "f has no real value at t = 1");
  const GiNaC::ex divisor = parse_expression("t^2-2");
  const Place root(GiNaC::numeric(14142135, 10000000), GiNaC::numeric(14142136, 10000000), divisor);
  EXPECT_EQ(fill("1/(t^2-2)^2", root).verdict, Verdict::refuted);
  EXPECT_EQ(fill("(t^2-2)/(t^2-2)+t", root).verdict, Verdict::proved);
}

TEST(FillGap, APieceBeginsWhereOnlyTheLimitIsKnown) {
  std::vector<SmoothPiece> pieces = split_at_kinks(parse_expression("(t-1)/log(t)"));
  (void)fill_gap(pieces, 1);
  ASSERT_EQ(pieces.size(), 2U);
  EXPECT_EQ(pieces[1].start.text(), "1");
}

}  // namespace
}  // namespace ganwright
