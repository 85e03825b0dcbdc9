#include "losses/text/words.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(IsName, IsALetterOrUnderscoreAndMore) {
  for (const char* name : {"a", "alpha_2", "_x"}) {
    EXPECT_TRUE(is_name(name)) << name;
  }
  for (const char* other : {"", "2a", "a-b", "a b", "a="}) {
    EXPECT_FALSE(is_name(other)) << other;
  }
}

TEST(ContainsWord, FindsItOnlyOnItsOwn) {
  EXPECT_TRUE(contains_word("a*t + ab", "a"));
  EXPECT_TRUE(contains_word("ab + a", "a"));
  EXPECT_TRUE(contains_word("(a)", "a"));
  EXPECT_FALSE(contains_word("ab + ba + a_ + a2 + 2a", "a"));
  EXPECT_FALSE(contains_word("", "a"));
}

TEST(ReplaceWord, LeavesLongerNamesAlone) {
  EXPECT_EQ(replace_word("k*t^k + kk - k", "k", "(1/2)"), "(1/2)*t^(1/2) + kk - (1/2)");
  EXPECT_EQ(replace_word("a+b", "a", "a*a"), "a*a+b");
  EXPECT_EQ(replace_word("t", "a", "1"), "t");
}

}  // namespace
}  // namespace ganwright
