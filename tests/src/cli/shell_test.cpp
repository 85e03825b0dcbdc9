#include "cli/shell.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(ShellQuoted, StandsInSingleQuotesWhichItEndsForAQuoteOfItsOwn) {
  EXPECT_EQ(shell_quoted(""), "''");
  EXPECT_EQ(shell_quoted("$HOME \"x\""), "'$HOME \"x\"'");
  EXPECT_EQ(shell_quoted("it's"), "'it'\\''s'");
}

}  // namespace
}  // namespace ganwright
