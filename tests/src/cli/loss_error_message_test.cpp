#include "cli/loss_error_message.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(MessageWithFlag, NamesTheFlagThatMendsTheLoss) {
  EXPECT_EQ(message_with_flag(LossError("f(1) = 1 but has to be 0", Remedy::shift)),
            "f(1) = 1 but has to be 0 (--shift)");
  EXPECT_EQ(message_with_flag(LossError("unknown divergence 'kll'", Remedy::name)),
            "unknown divergence 'kll'; `ganwright losses` lists them");
  EXPECT_EQ(message_with_flag(ExpressionError("unknown name 'a'", Remedy::parameter)),
            "unknown name 'a' (--param NAME=NUMBER)");
}

TEST(MessageWithFlag, IsTheMessageWhereNoFlagMendsIt) {
  EXPECT_EQ(message_with_flag(LossError("a kink beyond 1e250")), "a kink beyond 1e250");
}

}  // namespace
}  // namespace ganwright
