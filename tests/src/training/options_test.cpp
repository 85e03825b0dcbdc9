#include "training/options.h"

#include <gtest/gtest.h>

#include "errors.h"

namespace ganwright {
namespace {

struct Needless {
  const char* flag;  ///< that the refusal speaks of
  void (*set)(TrainingOptions& options);
  void (*give_effect)(TrainingOptions& options);
};

const Needless kNeedless[] = {
    {"--learning-rate-end", [](TrainingOptions& options) { options.learning_rate_end = 0.5; },
     [](TrainingOptions& options) { options.decay_steps = 10; }},
    {"--penalty-end", [](TrainingOptions& options) { options.penalty_end = 0.5; },
     [](TrainingOptions& options) { options.decay_steps = 10; }},
    {"--decay-steps", [](TrainingOptions& options) { options.decay_steps = 10; },
     [](TrainingOptions& options) { options.penalty_end = 0.5; }},
    {"--penalty-every",
     [](TrainingOptions& options) {
       options.penalty_every = 4;
       options.r1 = options.r2 = 0;
     },
     [](TrainingOptions& options) { options.gradient_penalty = 10; }},
    {"--penalty-share",
     [](TrainingOptions& options) {
       options.penalty_share = 0.5;
       options.r1 = options.r2 = 0;
     },
     [](TrainingOptions& options) { options.r2 = 1; }},
    {"--penalty ",
     [](TrainingOptions& options) {
       options.penalty = Penalty::exact;
       options.r1 = options.r2 = 0;
     },
     [](TrainingOptions& options) { options.r1 = 1; }},
    {"--penalty-sigma",
     [](TrainingOptions& options) {
       options.penalty = Penalty::exact;
       options.penalty_sigma = 0.1;
     },
     [](TrainingOptions& options) { options.penalty = Penalty::finite_difference; }},
    {"--augment-probability", [](TrainingOptions& options) { options.augment_probability = 0.5; },
     [](TrainingOptions& options) { options.augment = {Augmentation::flip}; }},
    {"--augment-target", [](TrainingOptions& options) { options.augment_target = 0.6; },
     [](TrainingOptions& options) { options.augment = {Augmentation::flip}; }},
    {"--augment-images",
     [](TrainingOptions& options) {
       options.augment = {Augmentation::flip};
       options.augment_images = 100;
     },
     [](TrainingOptions& options) { options.augment_target = 0.6; }},
};

TEST(TrainingOptions, AreRefusedWhereOthersLeaveThemWithoutEffect) {
  EXPECT_NO_THROW(refuse_without_effect({}));
  for (const Needless& option : kNeedless) {
    TrainingOptions options;
    option.set(options);
    try {
      refuse_without_effect(options);
      ADD_FAILURE() << option.flag;
    } catch (const UsageError& error) {
      EXPECT_NE(std::string(error.what()).find(option.flag), std::string::npos) << error.what();
    }
    option.give_effect(options);
    EXPECT_NO_THROW(refuse_without_effect(options)) << option.flag;
  }
}

}  // namespace
}  // namespace ganwright
