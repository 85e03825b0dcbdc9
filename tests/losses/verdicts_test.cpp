#include <gtest/gtest.h>

#include "tests/fuzz/verdict_check.h"

namespace ganwright {
namespace {

// The short form of scripts/fuzz --verdicts.
TEST(Verdicts, NoneIsContradictedByValuesOfF) {
  const VerdictCount count = count_verdicts(20, 300);
  for (const std::string& line : count.wrong) {
    ADD_FAILURE() << line;
  }
  EXPECT_GT(count.proved, 80);
  EXPECT_GT(count.refuted, 50);
  EXPECT_LE(count.convex_unproved, count.convex / 25);
}

}  // namespace
}  // namespace ganwright
