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

/// A pair in training, as the gradients of its networks see it.
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

/// The penalties of a discriminator step, `critic_step` of its training step, both counted from 0: none where
/// options.penalty_every passes it over. Without penalty_scale_at, which changes from step to step.
PenaltyPlan penalty_plan_at(const TrainingOptions& options, int64_t step, int64_t critic_step);

/// Those of the discriminator on a batch of real images and as many generated ones. `penalty_scale`: a
/// float64 scalar on the device, which all penalties are multiplied by. Moves the adaptive probability.
Gradients<DiscriminatorMetrics<torch::Tensor>> discriminator_gradients(TrainedPair& pair,
                                                                       const LabeledImages& real,
                                                                       const PenaltyPlan& plan,
                                                                       const torch::Tensor& penalty_scale);

/// Those of the generator on as many generated images as there are real ones, which relativistic pairing
/// alone looks at.
Gradients<GeneratorMetrics<torch::Tensor>> generator_gradients(TrainedPair& pair, const LabeledImages& real);

}  // namespace ganwright
