#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "losses/loss.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "training/adam.h"
#include "training/batches.h"
#include "training/metrics.h"
#include "training/options.h"
#include "training/step_gradients.h"
#include "training/step_graphs.h"

namespace ganwright {

/// The state of training: generator, discriminator, averaged generator, optimizers and random state.
class Trainer {
 public:
  /// Checks the options, builds both networks from the seed on the CPU and moves them to `device`, so that
  /// the start is the same on every device. `loss` is what make_loss derives from options.loss; its count of
  /// clamped values is reset. On a CUDA device, switches the whole process to stream-ordered evaluation of
  /// objectives. Throws what check_training_options throws.
  Trainer(const TrainingOptions& options, const Loss& loss, const torch::Device& device);

  /// options.critic_steps discriminator steps, each on options.batch_size of the real images, which lie on
  /// the device, and one generator step. A network whose loss or gradient is not finite is left as it is. On
  /// a CUDA device steps are captured as graphs (training/step_graphs.h), and nothing waits for the device.
  /// Returns TrainingMetrics on the device, for read_metrics: float64 [metric_count<TrainingMetrics>()].
  /// Throws std::invalid_argument, and changes nothing, for another number of images.
  torch::Tensor step(const LabeledImages& real);

  /// Describes the first non-finite quantity of a step; "" if all are finite.
  [[nodiscard]] std::string fault_of(const TrainingMetrics<double>& metrics) const;

  /// Pictures of the averaged generator for latents [count, latent] and, for a conditional pair, labels
  /// [count], about in [-1, 1], on the CPU.
  torch::Tensor sample(const torch::Tensor& latents, const torch::Tensor& labels = {});

  /// Every tensor of the training state by its name in a checkpoint, sharing memory with it: parameters of
  /// generator, discriminator and average, moments of the optimizers.
  [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> state() const;

  /// State of the random numbers of the steps, a uint8 tensor on the CPU.
  [[nodiscard]] torch::Tensor random_state() const;
  void set_random_state(const torch::Tensor& state);

  /// The number of steps taken; schedules follow it.
  [[nodiscard]] int64_t steps_done() const { return steps_done_; }
  void set_steps_done(int64_t steps) { steps_done_ = steps; }

  /// Minutes of training so far, in all sessions; the decay follows them where options.decay_minutes says so.
  [[nodiscard]] double minutes() const { return minutes_; }
  void set_minutes(double minutes) { minutes_ = minutes; }

  /// Multiplier of the scheduled learning rate; halved by each rollback.
  [[nodiscard]] double rate_scale() const { return rate_scale_; }
  void set_rate_scale(double scale) { rate_scale_ = scale; }

  /// The learning rate of the next step.
  [[nodiscard]] double learning_rate() const;

  /// Values that overflowed float32 in the objective since the start (§5).
  [[nodiscard]] int64_t clamped() const { return *pair_.loss.objective.clamped; }
  void set_clamped(int64_t count) { *pair_.loss.objective.clamped = count; }

  /// The networks, shared with the trainer; `average` is the averaged generator.
  [[nodiscard]] const Generator& generator() const { return pair_.generator; }
  [[nodiscard]] const Generator& average() const { return average_; }
  [[nodiscard]] const Discriminator& discriminator() const { return pair_.discriminator; }

 private:
  // What the host sets in every step, in the order of `scalars_`.
  enum Scalar : int64_t { kLearningRate, kPenaltyScale, kAverageWeight, kScalars };

  void set_scalars();
  LabeledImages placed(const LabeledImages& real);
  void discriminator_step(const LabeledImages& real, const PenaltyPlan& plan);
  void generator_step(const LabeledImages& real);
  torch::Tensor descend(std::vector<torch::Tensor>& gradients, const torch::Tensor& loss, Adam& optimizer,
                        const torch::Tensor& gradient_norms);
  void update_average();

  torch::Device device_;
  TrainedPair pair_;
  Generator average_{nullptr};
  Adam generator_optimizer_;
  Adam discriminator_optimizer_;
  int64_t steps_done_ = 0;
  double minutes_ = 0;
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

}  // namespace ganwright
