#pragma once

#include <cstdint>

#include "training/options.h"

namespace ganwright {

/// The learning rate of a step (counted from 0), which begins after so many `minutes` of training: a linear
/// rise over options.warm_up steps, times a cosine from 1 to options.learning_rate_end over
/// options.decay_steps or options.decay_minutes, whichever is further (Loshchilov and Hutter 2017).
double learning_rate_at(const TrainingOptions& options, int64_t step, double minutes = 0);

/// What the gammas and the lambda of the penalties are multiplied by: a cosine from 1 to options.penalty_end
/// over the same decay (R3GAN, Huang et al. 2024).
double penalty_scale_at(const TrainingOptions& options, int64_t step, double minutes = 0);

}  // namespace ganwright
