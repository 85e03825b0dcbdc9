#pragma once

#include <cstdint>

#include "training/options.h"

namespace ganwright {

// A run with a limit on its time decays in that time: the share of the decay that lies behind a step is
// `time_share`, that of the time, where it is more than step / options.decay_steps. Without decay steps
// nothing decays.

/// The learning rate of a step (counted from 0): a linear rise over options.warm_up steps, times a cosine
/// from 1 to options.learning_rate_end over the decay (Loshchilov and Hutter 2017).
double learning_rate_at(const TrainingOptions& options, int64_t step, double time_share = 0);

/// What the gammas and the lambda of the penalties are multiplied by at a step: a cosine from 1 to
/// options.penalty_end over the decay (R3GAN, Huang et al. 2024).
double penalty_scale_at(const TrainingOptions& options, int64_t step, double time_share = 0);

}  // namespace ganwright
