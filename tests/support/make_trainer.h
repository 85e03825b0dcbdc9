#pragma once

#include "training/trainer.h"

namespace ganwright::test_support {

/// A trainer by the loss that its options name.
inline Trainer make_trainer(const TrainingOptions& options, const torch::Device& device) {
  return {options, make_loss(options.loss), device};
}

}  // namespace ganwright::test_support
