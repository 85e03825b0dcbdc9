#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "losses/loss.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "training/adam.h"
#include "training/adaptive_probability.h"
#include "training/batches.h"
#include "training/critic_pass.h"
#include "training/options.h"
#include "training/step_graphs.h"

namespace ganwright {

/// What a step reports, in the order of the tensor that Trainer::step returns.
const std::vector<std::string>& step_metric_names();

/// A generator/discriminator pair with its objective, optimizers and averaged generator: everything that a
/// training step changes.
class Trainer {
 public:
  /// Builds both networks from the seed on the CPU and moves them to `device`, so that the start is the same
  /// on every device. Throws what check_training_options throws.
  Trainer(const TrainingOptions& options, const torch::Device& device);

  /// options.critic_steps discriminator steps, each on options.batch_size of the real images, which lie on
  /// the device, and one generator step. A network whose loss or gradient is not finite is left as it is. On
  /// a CUDA device steps are captured as graphs (training/step_graphs.h), and nothing waits for the device.
  /// Returns step_metric_names() as float64 on the device. Those of the likelihood ratio are nan for an
  /// objective whose logits are none, and under relativistic pairing.
  torch::Tensor step(const LabeledImages& real);

  /// In words, what was not finite in a step that returned these metrics on the CPU; "" where all was.
  [[nodiscard]] std::string fault_of(const torch::Tensor& metrics) const;

  /// Pictures of the averaged generator for latents [count, latent] and, for a conditional pair, labels
  /// [count], about in [-1, 1], on the CPU.
  torch::Tensor sample(const torch::Tensor& latents, const torch::Tensor& labels = {});

  /// Every tensor of the training state by its name in a checkpoint, sharing memory with it: parameters of
  /// generator, discriminator and average, moments of the optimizers.
  [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> state() const;

  /// State of the random numbers of the steps, a uint8 tensor on the CPU.
  [[nodiscard]] torch::Tensor random_state() const;
  void set_random_state(const torch::Tensor& state);

  [[nodiscard]] int64_t steps_done() const { return steps_done_; }
  void set_steps_done(int64_t steps) { steps_done_ = steps; }

  [[nodiscard]] const Loss& loss() const { return loss_; }

  /// What the scheduled learning rate is multiplied by; a run that was rolled back lowers it.
  [[nodiscard]] double rate_scale() const { return rate_scale_; }
  void set_rate_scale(double scale) { rate_scale_ = scale; }

  /// The learning rate of the next step.
  [[nodiscard]] double learning_rate() const;

  /// Values that overflowed float32 in the objective since the start (§5).
  [[nodiscard]] int64_t clamped() const { return *loss_.objective.clamped; }
  void set_clamped(int64_t count) { *loss_.objective.clamped = count; }

  [[nodiscard]] const Generator& generator() const { return generator_; }
  [[nodiscard]] const Generator& average() const { return average_; }
  [[nodiscard]] const Discriminator& discriminator() const { return discriminator_; }

 private:
  // The gradients of one network and what its step reports.
  struct Gradients {
    std::vector<torch::Tensor> gradients;
    std::vector<torch::Tensor> metrics;
  };
  // What the host decides anew in each step, in the order of `scalars_`.
  enum Scalar : int64_t { kLearningRate, kPenaltyScale, kAverageWeight, kScalars };

  void set_scalars();
  LabeledImages placed(const LabeledImages& real);
  template <class Part>
  Gradients accumulated(const LabeledImages& real, const Part& part) const;
  void discriminator_step(const LabeledImages& real, const PenaltyPlan& plan);
  void generator_step(const LabeledImages& real);
  Gradients discriminator_gradients(const LabeledImages& real, const PenaltyPlan& plan);
  Gradients generator_gradients(const LabeledImages& real);
  torch::Tensor descend(Gradients& found, Adam& optimizer, const torch::Tensor& gradient_norms);
  [[nodiscard]] PenaltyPlan penalty_plan(int64_t critic_step) const;
  View viewed(const torch::Tensor& images, const torch::Tensor& labels);
  torch::Tensor fake_images(const torch::Tensor& labels);
  torch::Tensor random_normal(torch::IntArrayRef shape);
  void update_average();

  TrainingOptions options_;
  torch::Device device_;
  Loss loss_;
  Penalty penalty_;
  Pairing pairing_;
  bool in_bfloat16_;
  Augmentations augmentations_;
  Generator generator_;
  Discriminator discriminator_;
  Generator average_;
  Adam generator_optimizer_;
  Adam discriminator_optimizer_;
  AdaptiveProbability adaptive_probability_;
  torch::Tensor augment_probability_;  // float32 scalar on the device
  at::Generator random_;
  int64_t steps_done_ = 0;
  double rate_scale_ = 1;

  // What the parts of a step read and what they leave, at places that stay the same, on the device.
  torch::Tensor scalars_;                   // float64 [kScalars]
  LabeledImages real_;                      // a batch; on the CPU none, there the caller's own are read
  torch::Tensor discriminator_metrics_;     // float64, summed over the discriminator steps
  torch::Tensor generator_metrics_;         // float64
  torch::Tensor generator_gradient_norms_;  // of each parameter, before clipping, in the last step
  torch::Tensor discriminator_gradient_norms_;
  StepGraphs graphs_;
};

/// Throws LossError, ModelError or UsageError, with one line that names the option, for options that no
/// training can run with.
void check_training_options(const TrainingOptions& options);

}  // namespace ganwright
