#pragma once

#include <cstdint>

#include "training/options.h"

namespace ganwright {

/// Floating-point operations of the matrix products of a training step (critic steps and generator step),
/// rare penalties on average; options that check_training_options takes.
double step_flops(const TrainingOptions& options);

/// Bytes that the larger of the two passes takes at most, about: float32 activations of every block.
double activation_bytes(const TrainingOptions& options);

}  // namespace ganwright
