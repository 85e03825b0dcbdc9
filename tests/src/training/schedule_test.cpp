#include "training/schedule.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TrainingOptions options() {
  TrainingOptions result;
  result.learning_rate = 0.5;
  result.warm_up = 0;
  return result;
}

TEST(LearningRate, RisesInEqualStepsToItsValue) {
  TrainingOptions warm = options();
  warm.warm_up = 4;
  EXPECT_DOUBLE_EQ(learning_rate_at(warm, 0), 0.125);
  EXPECT_DOUBLE_EQ(learning_rate_at(warm, 1), 0.25);
  EXPECT_DOUBLE_EQ(learning_rate_at(warm, 3), 0.5);
  EXPECT_DOUBLE_EQ(learning_rate_at(warm, 1000), 0.5);
}

TEST(LearningRate, FallsByACosineToItsShareAndStaysThere) {
  TrainingOptions falling = options();
  falling.decay_steps = 100;
  falling.learning_rate_end = 0.2;
  EXPECT_DOUBLE_EQ(learning_rate_at(falling, 0), 0.5);
  EXPECT_NEAR(learning_rate_at(falling, 50), 0.3, 1e-12);
  EXPECT_NEAR(learning_rate_at(falling, 100), 0.1, 1e-12);
  EXPECT_NEAR(learning_rate_at(falling, 5000), 0.1, 1e-12);
  // At both ends the cosine is flat.
  EXPECT_LT(learning_rate_at(falling, 0) - learning_rate_at(falling, 1), 1e-3);
  EXPECT_LT(learning_rate_at(falling, 99) - learning_rate_at(falling, 100), 1e-3);
}

TEST(LearningRate, FallsWithTheTimeWhereThatIsAheadOfTheSteps) {
  TrainingOptions falling = options();
  falling.decay_steps = 100;
  falling.learning_rate_end = 0.2;
  EXPECT_DOUBLE_EQ(learning_rate_at(falling, 0, 1000), 0.5);
  falling.decay_minutes = 8;
  EXPECT_EQ(learning_rate_at(falling, 10, 4), learning_rate_at(falling, 50));
  EXPECT_EQ(learning_rate_at(falling, 50, 1), learning_rate_at(falling, 50));
  EXPECT_NEAR(learning_rate_at(falling, 3, 9), 0.1, 1e-12);
  falling.decay_steps = 0;
  EXPECT_NEAR(learning_rate_at(falling, 1000, 4), 0.3, 1e-12);
}

TEST(LearningRate, WithoutANumberFollowsTheWidth) {
  TrainingOptions narrow = options();
  narrow.learning_rate = 0;
  narrow.model.width = 96;
  TrainingOptions wide = narrow;
  wide.model.width = 192;
  EXPECT_DOUBLE_EQ(learning_rate_at(narrow, 0), 8e-4);
  EXPECT_DOUBLE_EQ(learning_rate_at(wide, 0), 4e-4);
}

TEST(PenaltyScale, StaysOneUnlessItIsToFall) {
  EXPECT_EQ(penalty_scale_at(options(), 12345), 1);
  TrainingOptions falling = options();
  falling.decay_steps = 10;
  EXPECT_EQ(penalty_scale_at(falling, 10), 1);
  falling.penalty_end = 0.1;
  EXPECT_EQ(penalty_scale_at(falling, 0), 1);
  EXPECT_NEAR(penalty_scale_at(falling, 5), 0.55, 1e-12);
  EXPECT_NEAR(penalty_scale_at(falling, 10), 0.1, 1e-12);
  falling.decay_minutes = 2;
  EXPECT_EQ(penalty_scale_at(falling, 1, 1), penalty_scale_at(falling, 5));
}

}  // namespace
}  // namespace ganwright
