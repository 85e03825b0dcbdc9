#pragma once

#include "training/options.h"

namespace ganwright::test_support {

/// Options of a pair so small that a step takes milliseconds; its learning rate is whole from the first step.
inline TrainingOptions small_options() {
  TrainingOptions options;
  options.model = {.size = 8,
                   .channels = 1,
                   .patch = 4,
                   .width = 16,
                   .depth = 2,
                   .heads = 2,
                   .latent = 8,
                   .latent_tokens = 1};
  options.batch_size = 4;
  options.warm_up = 0;
  return options;
}

}  // namespace ganwright::test_support
