#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "losses/loss.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "training/adaptive_probability.h"
#include "training/batches.h"
#include "training/metrics.h"
#include "training/options.h"
#include "training/penalized_logits.h"

namespace ganwright {

/// Everything the gradient computations read.
struct TrainedPair {
  TrainingOptions options;
  Loss loss;
  AdaptiveProbability adaptive_probability;  ///< which options.augment_target > 0 asks for
  Generator generator{nullptr};
  Discriminator discriminator{nullptr};
  torch::Tensor augment_probability{};  ///< in use: float32 scalar on the device
  at::Generator random{};               ///< of latents, noise and augmentations
};

/// The gradients of one network, and what its step reports.
template <class Metrics>
struct Gradients {
  std::vector<torch::Tensor> gradients;  ///< of each parameter
  Metrics metrics;                       ///< all but the norm and what comes after the gradients
};

/// The penalties of discriminator step `critic_step` within training step `step` (both from 0); all zero on
/// steps that options.penalty_every skips. Excludes the schedule, penalty_scale_at.
PenaltyPlan penalty_plan_at(const TrainingOptions& options, int64_t step, int64_t critic_step);

/// Gradients of the discriminator on a batch of real images and as many generated ones. `penalty_scale`: a
/// float64 scalar on the device that multiplies all penalties. Moves the adaptive probability.
Gradients<DiscriminatorMetrics<torch::Tensor>> discriminator_gradients(TrainedPair& pair,
                                                                       const LabeledImages& real,
                                                                       const PenaltyPlan& plan,
                                                                       const torch::Tensor& penalty_scale);

/// Gradients of the generator on as many generated images as real ones; the real ones are used only by
/// relativistic pairing.
Gradients<GeneratorMetrics<torch::Tensor>> generator_gradients(TrainedPair& pair, const LabeledImages& real);

}  // namespace ganwright
