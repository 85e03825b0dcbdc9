#include <gtest/gtest.h>

#include <sstream>

#include "tests/fuzz/verdict_check.h"

namespace ganwright {
namespace {

// The short form of scripts/fuzz --verdicts.
TEST(Verdicts, NoneIsContradictedByValuesOfF) {
  std::ostringstream log;
  const VerdictCount count = count_verdicts(20, 100, log);
  EXPECT_TRUE(count.wrong.empty()) << log.str();
  EXPECT_GT(count.proved, 40);
  EXPECT_GT(count.refuted, 25);
  EXPECT_LE(count.convex_unproved, 1) << log.str();
}

}  // namespace
}  // namespace ganwright
