#include "run/run_options.h"

#include <gtest/gtest.h>

#include "errors.h"
#include "run/run_pictures.h"

namespace ganwright {
namespace {

TEST(RunOptions, WhatAStepComputesIsAHyperparameterAndHowItIsWatchedIsNot) {
  RunOptions options;
  const std::string before = run_option_table(options).config_text();
  options.steps += 1;
  options.log_every += 1;
  options.data = "elsewhere";
  options.max_rollbacks += 1;
  EXPECT_TRUE(changed_hyperparameters(before, options).empty());
  options.training.r2 *= 2;
  options.conditional = true;
  options.training.pairing = Pairing::relativistic;
  EXPECT_EQ(changed_hyperparameters(before, options),
            (std::vector<std::string>{"pairing", "r2", "conditional"}));
}

TEST(RunOptions, OfARunFromBeforeTheConvolutionsHaveNone) {
  RunOptions stored;
  OptionTable table = run_option_table(stored);
  parse_stored(table, "size = 28\n", "checkpoint");
  EXPECT_EQ(stored.training.model.readout_channels, 0);
  EXPECT_EQ(stored.training.model.stem_channels, 0);
  EXPECT_EQ(stored.training.model.output_activation, OutputActivation::none);
  EXPECT_EQ(changed_hyperparameters("size = 28\n", stored), std::vector<std::string>{});
  EXPECT_EQ(changed_hyperparameters("size = 28\n", RunOptions()),
            (std::vector<std::string>{"size", "readout-channels", "stem-channels", "output-activation"}));

  stored.training.model.stem_channels = 16;
  RunOptions later;
  OptionTable later_table = run_option_table(later);
  parse_stored(later_table, run_option_table(stored).config_text(), "checkpoint");
  EXPECT_EQ(later.training.model.stem_channels, 16);
}

TEST(RunOptions, AConditionalRunHasTheClassesOfItsPictures) {
  RunOptions options;
  set_classes(options, {"boots", "coats"});
  EXPECT_EQ(options.training.model.classes, 0);
  options.conditional = true;
  set_classes(options, {"boots", "coats"});
  EXPECT_EQ(options.training.model.classes, 2);
  EXPECT_THROW(set_classes(options, {"all"}), UsageError);
}

TEST(RunOptions, ABackgroundIsThreeBytes) {
  RunOptions options;
  options.background = "1,2,3";
  EXPECT_EQ(image_folder_options(options).background, (std::array<uint8_t, 3>{1, 2, 3}));
  for (const char* wrong : {"1,2", "1,2,256", "-1,2,3", "1,2,3,4", "red", ""}) {
    options.background = wrong;
    EXPECT_THROW(image_folder_options(options), UsageError) << wrong;
  }
}

TEST(RunOptions, ValuesMayHoldTheSignsOfTheFormat) {
  RunOptions options;
  options.data = "/photos #1 = best";
  RunOptions read;
  run_option_table(read).parse_text(run_option_table(options).config_text(), "test");
  EXPECT_EQ(read.data, options.data);
}

}  // namespace
}  // namespace ganwright
