#pragma once

#include <torch/types.h>

#include <string>
#include <utility>
#include <vector>

#include "losses/loss.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "training/adam.h"
#include "training/options.h"

namespace ganwright {

/// What a step reports, in the order of the tensor that Trainer::step returns.
const std::vector<std::string>& step_metric_names();

/// A generator/discriminator pair with its objective, optimizers and averaged generator: everything that a
/// training step changes.
class Trainer {
 public:
  /// Builds both networks from the seed on the CPU and moves them to `device`, so that the start is the same
  /// on every device. Throws LossError and ModelError for options that make no sense, UsageError for a
  /// penalty other than finite-difference or exact.
  Trainer(const TrainingOptions& options, const torch::Device& device);

  /// One discriminator and one generator step on real images (float32 [batch, C, H, W] in [-1, 1] on the
  /// device). Returns step_metric_names() as float64 on the device. Those of the
  /// likelihood ratio are nan for an objective whose logits are none.
  torch::Tensor step(const torch::Tensor& real);

  /// Pictures of the averaged generator for latents [count, latent], about in [-1, 1], on the CPU.
  torch::Tensor sample(const torch::Tensor& latents);

  /// Every tensor of the training state by its name in a checkpoint, sharing memory with it: parameters of
  /// generator, discriminator and average, moments of the optimizers.
  [[nodiscard]] std::vector<std::pair<std::string, torch::Tensor>> state() const;

  /// State of the random numbers of the steps, a uint8 tensor on the CPU.
  [[nodiscard]] torch::Tensor random_state() const;
  void set_random_state(const torch::Tensor& state);

  [[nodiscard]] int64_t steps_done() const { return steps_done_; }
  void set_steps_done(int64_t steps) { steps_done_ = steps; }

  [[nodiscard]] const Loss& loss() const { return loss_; }

  /// Values that overflowed float32 in the objective since the start (DESIGN §1).
  [[nodiscard]] int64_t clamped() const { return *loss_.objective.clamped; }
  void set_clamped(int64_t count) { *loss_.objective.clamped = count; }

  [[nodiscard]] const Generator& generator() const { return generator_; }
  [[nodiscard]] const Discriminator& discriminator() const { return discriminator_; }

 private:
  struct Penalties {
    torch::Tensor real_logits, fake_logits, r1, r2;
  };
  Penalties logits_with_penalties(const torch::Tensor& real, const torch::Tensor& fake);
  Penalties exact_penalties(const torch::Tensor& real, const torch::Tensor& fake);
  torch::Tensor random_normal(torch::IntArrayRef shape);
  std::vector<torch::Tensor> discriminator_step(const torch::Tensor& real, double learning_rate);
  std::vector<torch::Tensor> generator_step(int64_t batch, double learning_rate);
  void update_average(int64_t batch);

  TrainingOptions options_;
  torch::Device device_;
  Loss loss_;
  Penalty penalty_;
  Generator generator_;
  Discriminator discriminator_;
  Generator average_;
  std::vector<torch::Tensor> body_parameters_;  // of the generator, without the mapping network
  std::vector<torch::Tensor> mapping_parameters_;
  Adam body_optimizer_;
  Adam mapping_optimizer_;
  Adam discriminator_optimizer_;
  at::Generator random_;
  int64_t steps_done_ = 0;
};

/// Latents [count, latent] from a seed, the same on every machine: float32 on the CPU.
torch::Tensor latents_from_seed(int64_t count, int64_t latent, int64_t seed);

/// Pictures of a generator for latents [count, latent] in moderate batches, on the CPU.
torch::Tensor generate(Generator& generator, const torch::Tensor& latents, const torch::Device& device);

}  // namespace ganwright
