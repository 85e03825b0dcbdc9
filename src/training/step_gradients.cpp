#include "training/step_gradients.h"

#include <torch/csrc/autograd/autograd.h>

#include <cmath>
#include <limits>
#include <utility>

#include "losses/logits.h"
#include "losses/relativistic.h"
#include "models/autocast.h"
#include "training/schedule.h"

namespace ganwright {
namespace {

Autocast autocast_of(const TrainedPair& pair, const torch::Tensor& images) {
  return Autocast(images.device().type(), pair.options.precision == Precision::bfloat16);
}

torch::Tensor labels_of(const TrainedPair& pair, const torch::Tensor& labels) {
  return pair.options.model.classes > 0 ? labels : torch::Tensor();
}

View viewed(const TrainedPair& pair, const torch::Tensor& images, const torch::Tensor& labels) {
  return {images, labels_of(pair, labels),
          draw_augmentation(pair.options.augment, pair.augment_probability, images.size(0), images.size(2),
                            pair.random)};
}

// One for each label.
torch::Tensor fake_images(TrainedPair& pair, const torch::Tensor& labels) {
  const Autocast autocast = autocast_of(pair, labels);
  const torch::Tensor latents = torch::randn({labels.size(0), pair.options.model.latent}, pair.random,
                                             torch::TensorOptions().device(labels.device()));
  return pair.generator->forward(latents, labels_of(pair, labels));
}

bool is_in_pairs(const TrainedPair& pair) {
  return pair.options.pairing == Pairing::relativistic;
}

torch::Tensor not_a_number(const torch::Tensor& like) {
  return torch::full({}, std::numeric_limits<double>::quiet_NaN(), like.options().dtype(torch::kFloat64));
}

}  // namespace

PenaltyPlan penalty_plan_at(const TrainingOptions& options, int64_t step, int64_t critic_step) {
  const bool is_due = (step * options.critic_steps + critic_step) % options.penalty_every == 0;
  const bool weighs = is_due && penalty_scale_at(options, step) > 0;
  // Rarer penalties weigh more, so that their mean over the steps is the same.
  const double scale = weighs ? static_cast<double>(options.penalty_every) : 0;
  const double part = static_cast<double>(options.batch_size / options.accumulate);
  return {.kind = options.penalty,
          .r1 = scale * options.r1,
          .r2 = scale * options.r2,
          .sigma = options.penalty_sigma,
          .gradient_penalty = scale * options.gradient_penalty,
          .count = std::llround(part * options.penalty_share)};
}

Gradients<DiscriminatorMetrics<torch::Tensor>> discriminator_gradients(TrainedPair& pair,
                                                                       const LabeledImages& real,
                                                                       const PenaltyPlan& plan,
                                                                       const torch::Tensor& penalty_scale) {
  const Objective& objective = pair.loss.objective;
  torch::Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    fake = fake_images(pair, real.labels);
  }
  const PenalizedLogits pass = [&] {
    const Autocast autocast = autocast_of(pair, real.images);
    const View fake_view = viewed(pair, fake, real.labels);
    const View real_view = viewed(pair, real.images, real.labels);
    return penalized_logits(pair.discriminator, real_view, fake_view, plan, pair.random);
  }();
  const bool in_pairs = is_in_pairs(pair);
  const torch::Tensor gain = in_pairs ? relativistic_bound(objective, pass.real_logits, pass.fake_logits)
                                      : divergence_bound(objective, pass.real_logits, pass.fake_logits);
  const torch::Tensor r1 = pass.r1 * penalty_scale;
  const torch::Tensor r2 = pass.r2 * penalty_scale;
  const torch::Tensor gradient_penalty = pass.gradient_penalty * penalty_scale;
  const torch::Tensor loss = -gain + r1 + r2 + gradient_penalty;
  std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, pair.discriminator->parameters());

  const torch::NoGradGuard no_grad;
  const torch::Tensor real_log_ratio = log_ratio_of(objective, pass.real_logits);
  const torch::Tensor fake_log_ratio = log_ratio_of(objective, pass.fake_logits);
  if (pair.options.augment_target > 0) {
    pair.adaptive_probability.update(in_pairs ? real_log_ratio - fake_log_ratio : real_log_ratio);
  }
  const torch::Tensor unknown = not_a_number(gain);
  return {std::move(gradients),
          {.loss = loss.detach(),
           .divergence = in_pairs ? unknown : gain.detach(),
           .log_ratio_real = real_log_ratio.mean(),
           .log_ratio_fake = fake_log_ratio.mean(),
           // exp(700) is the last that float64 holds comfortably.
           .ratio_fake = in_pairs ? unknown : fake_log_ratio.clamp_max(700).exp().mean(),
           .r1 = r1.detach(),
           .r2 = r2.detach(),
           .gradient_penalty = gradient_penalty.detach()}};
}

Gradients<GeneratorMetrics<torch::Tensor>> generator_gradients(TrainedPair& pair, const LabeledImages& real) {
  const View fake = viewed(pair, fake_images(pair, real.labels), real.labels);
  torch::Tensor fake_logits;
  torch::Tensor real_logits;
  {
    const Autocast autocast = autocast_of(pair, real.images);
    fake_logits = logits_of(pair.discriminator, {fake});
    if (is_in_pairs(pair)) {
      const torch::NoGradGuard no_grad;
      real_logits = logits_of(pair.discriminator, {viewed(pair, real.images, real.labels)});
    }
  }
  const torch::Tensor loss =
      is_in_pairs(pair) ? relativistic_generator_loss(pair.loss, real_logits, fake_logits)
                        : generator_loss(pair.loss.objective, pair.loss.generator_objective, fake_logits);
  // Asking for these gradients alone leaves the discriminator's weights out of the backward pass.
  return {torch::autograd::grad({loss}, pair.generator->parameters()), {.loss = loss.detach()}};
}

}  // namespace ganwright
