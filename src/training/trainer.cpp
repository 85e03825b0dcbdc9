#include "training/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>

#include "errors.h"
#include "losses/logits.h"
#include "losses/loss_error.h"
#include "losses/relativistic.h"
#include "models/autocast.h"
#include "training/device.h"
#include "training/optimizer.h"
#include "training/sampling.h"
#include "training/schedule.h"

namespace ganwright {
namespace {

// The first of step_metric_names(), those of the discriminator steps.
constexpr int64_t kDiscriminatorMetrics = 9;

Generator make_generator(const TrainingOptions& options, const torch::Device& device) {
  Generator generator(options.model);
  generator->to(device);
  return generator;
}

Discriminator make_discriminator(const TrainingOptions& options, const torch::Device& device) {
  Discriminator discriminator(options.model);
  discriminator->to(device);
  return discriminator;
}

at::Generator make_random(const torch::Device& device, int64_t seed) {
  if (device.is_cuda()) {
    at::Generator generator = at::globalContext().defaultGenerator(device);
    generator.set_current_seed(static_cast<uint64_t>(seed));
    return generator;
  }
  return at::detail::createCPUGenerator(static_cast<uint64_t>(seed));
}

// Seeds the default generator, from which the networks draw their start.
TrainingOptions seeded(const TrainingOptions& options) {
  check_training_options(options);
  torch::manual_seed(static_cast<uint64_t>(options.seed));
  return options;
}

torch::TensorOptions numbers_on(const torch::Device& device) {
  return torch::TensorOptions(torch::kFloat64).device(device);
}

// The norm of each parameter's gradient before there is any.
torch::Tensor no_norms(const Adam& optimizer) {
  const torch::Tensor& first = optimizer.parameters().front();
  return torch::zeros({static_cast<int64_t>(optimizer.parameters().size())}, numbers_on(first.device()));
}

torch::Tensor not_a_number(const torch::Tensor& like) {
  return torch::full({}, std::numeric_limits<double>::quiet_NaN(), like.options().dtype(torch::kFloat64));
}

}  // namespace

const std::vector<std::string>& step_metric_names() {
  static const std::vector<std::string> names = {"discriminator_loss",
                                                 "divergence",
                                                 "log_ratio_real",
                                                 "log_ratio_fake",
                                                 "ratio_fake",
                                                 "r1",
                                                 "r2",
                                                 "gradient_penalty",
                                                 "discriminator_gradient_norm",
                                                 "generator_loss",
                                                 "generator_gradient_norm",
                                                 "augment_probability"};
  return names;
}

void check_training_options(const TrainingOptions& options) {
  validate(options.model);
  parse_penalty(options.penalty);
  parse_rate_scaling(options.rate_scaling);
  parse_precision(options.precision);
  parse_augmentations(options.augment);
  const Loss loss = make_loss(options.loss);
  require_nontrivial(loss.divergence);
  if (parse_pairing(options.pairing) == Pairing::relativistic) {
    require_relativistic(loss);
  }
  if (options.batch_size % options.accumulate != 0) {
    throw UsageError("--accumulate " + std::to_string(options.accumulate) + " does not divide --batch-size " +
                     std::to_string(options.batch_size) + "; choose one that does");
  }
  if (std::llround(static_cast<double>(options.batch_size / options.accumulate) * options.penalty_share) <
      1) {
    throw UsageError(
        "--penalty-share leaves no picture of a batch (or of its part by --accumulate); give a larger one");
  }
  if (options.augment_target > 0 && !loss.objective.log_ratio.value) {
    throw LossError("--augment-target follows the sign of log r, which the outputs of " +
                    loss.divergence.name + " do not tell; give --augment-probability instead");
  }
  if (options.augment_target > 0 && options.augment_probability < 1) {
    throw UsageError("--augment-target moves the probability by itself; leave --augment-probability out");
  }
}

Trainer::Trainer(const TrainingOptions& options, const torch::Device& device)
    : options_(seeded(options)),
      device_(device),
      loss_(make_loss(options.loss)),
      penalty_(parse_penalty(options.penalty)),
      pairing_(parse_pairing(options.pairing)),
      in_bfloat16_(parse_precision(options.precision) == Precision::bfloat16),
      augmentations_(parse_augmentations(options.augment)),
      generator_(make_generator(options, device)),
      discriminator_(make_discriminator(options, device)),
      average_(make_generator(options, device)),
      generator_optimizer_(make_optimizer(*generator_, options)),
      discriminator_optimizer_(make_optimizer(*discriminator_, options)),
      adaptive_probability_(options.augment_target, options.augment_images, device),
      augment_probability_(options.augment_target > 0
                               ? adaptive_probability_.value()
                               : torch::full({}, options.augment_probability,
                                             torch::TensorOptions().dtype(torch::kFloat32).device(device))),
      random_(make_random(device, options.seed)),
      scalars_(torch::zeros({kScalars}, numbers_on(device))),
      discriminator_metrics_(torch::zeros({kDiscriminatorMetrics}, numbers_on(device))),
      generator_metrics_(torch::zeros(
          {static_cast<int64_t>(step_metric_names().size()) - kDiscriminatorMetrics}, numbers_on(device))),
      generator_gradient_norms_(no_norms(generator_optimizer_)),
      discriminator_gradient_norms_(no_norms(discriminator_optimizer_)),
      graphs_(device) {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> start = generator_->parameters();
  const std::vector<torch::Tensor> average = average_->parameters();
  for (size_t i = 0; i < start.size(); ++i) {
    average[i].copy_(start[i]);
    average[i].requires_grad_(false);
  }
  if (!device.is_cpu()) {
    const ModelOptions& model = options.model;
    real_ = {torch::zeros({options.batch_size, model.channels, model.size, model.size}, device),
             torch::zeros({options.batch_size}, torch::TensorOptions(torch::kInt64).device(device))};
  }
}

double Trainer::learning_rate() const {
  return learning_rate_at(options_, steps_done_) * rate_scale_;
}

torch::Tensor Trainer::step(const LabeledImages& real) {
  const auto taken = [&](int64_t start) {
    return placed({real.images.narrow(0, start, options_.batch_size),
                   real.labels.narrow(0, start, options_.batch_size)});
  };
  set_scalars();
  discriminator_metrics_.zero_();
  LabeledImages batch;
  for (int64_t i = 0; i < options_.critic_steps; ++i) {
    batch = taken(i * options_.batch_size);
    const PenaltyPlan plan = penalty_plan(i);
    const bool is_plain = plan.r1 + plan.r2 + plan.gradient_penalty == 0;
    graphs_.run(is_plain ? "discriminator" : "penalized discriminator",
                [&] { discriminator_step(batch, plan); });
  }
  graphs_.run("generator", [&] { generator_step(batch); });
  ++steps_done_;
  return torch::cat({discriminator_metrics_ / options_.critic_steps, generator_metrics_});
}

void Trainer::set_scalars() {
  const auto batch = static_cast<double>(options_.batch_size);
  // The half-life ramps up with the run (Karras et al. 2021), so that the average forgets the random start.
  const double half_life =
      std::min(options_.ema_half_life, static_cast<double>(steps_done_ + 1) * batch * 0.05);
  const torch::Tensor values = torch::empty({kScalars}, torch::kFloat64);
  auto* const value = values.mutable_data_ptr<double>();
  value[kLearningRate] = learning_rate();
  value[kPenaltyScale] = penalty_scale_at(options_, steps_done_);
  value[kAverageWeight] = 1.0 - std::pow(0.5, batch / half_life);
  scalars_.copy_(staged(values, device_));
}

// Graphs read their pictures where these lay when they were captured.
LabeledImages Trainer::placed(const LabeledImages& real) {
  if (device_.is_cpu()) {
    return real;
  }
  real_.images.copy_(real.images.view(real_.images.sizes()));
  real_.labels.copy_(real.labels);
  return real_;
}

// Means over the parts that a batch is taken in.
template <class Part>
Trainer::Gradients Trainer::accumulated(const LabeledImages& real, const Part& part) const {
  const int64_t count = options_.batch_size / options_.accumulate;
  Gradients sum;
  for (int64_t i = 0; i < options_.accumulate; ++i) {
    Gradients next =
        part(LabeledImages{real.images.narrow(0, i * count, count), real.labels.narrow(0, i * count, count)});
    if (i == 0) {
      sum = std::move(next);
    } else {
      at::_foreach_add_(sum.gradients, next.gradients);
      at::_foreach_add_(sum.metrics, next.metrics);
    }
  }
  if (options_.accumulate > 1) {
    at::_foreach_div_(sum.gradients, static_cast<double>(options_.accumulate));
    at::_foreach_div_(sum.metrics, static_cast<double>(options_.accumulate));
  }
  return sum;
}

void Trainer::discriminator_step(const LabeledImages& real, const PenaltyPlan& plan) {
  Gradients found =
      accumulated(real, [&](const LabeledImages& part) { return discriminator_gradients(part, plan); });
  found.metrics.push_back(descend(found, discriminator_optimizer_, discriminator_gradient_norms_));
  discriminator_metrics_.add_(torch::stack(found.metrics));
}

void Trainer::generator_step(const LabeledImages& real) {
  Gradients found = accumulated(real, [&](const LabeledImages& part) { return generator_gradients(part); });
  found.metrics.push_back(descend(found, generator_optimizer_, generator_gradient_norms_));
  found.metrics.push_back(augment_probability_.to(torch::kFloat64));
  generator_metrics_.copy_(torch::stack(found.metrics));
  update_average();
}

// Clips and steps, but not with a loss or a gradient that is not finite. Returns the norm before clipping.
torch::Tensor Trainer::descend(Gradients& found, Adam& optimizer, const torch::Tensor& gradient_norms) {
  const torch::Tensor norms = clip_gradient_norm(found.gradients, options_.clip_norm);
  gradient_norms.copy_(norms);
  const torch::Tensor norm = norms.norm();
  const torch::Tensor is_finite = torch::isfinite(norm).logical_and(torch::isfinite(found.metrics[0]));
  optimizer.step(found.gradients, scalars_[kLearningRate], is_finite.logical_not().to(torch::kFloat32));
  return norm.to(torch::kFloat64);
}

// Without what changes from step to step, which the penalties are multiplied by afterwards.
PenaltyPlan Trainer::penalty_plan(int64_t critic_step) const {
  const bool is_due = (steps_done_ * options_.critic_steps + critic_step) % options_.penalty_every == 0;
  const bool weighs = is_due && penalty_scale_at(options_, steps_done_) > 0;
  // Rarer penalties weigh more, so that their mean over the steps is the same.
  const double scale = weighs ? static_cast<double>(options_.penalty_every) : 0;
  const double part = static_cast<double>(options_.batch_size / options_.accumulate);
  return {.kind = penalty_,
          .r1 = scale * options_.r1,
          .r2 = scale * options_.r2,
          .sigma = options_.penalty_sigma,
          .gradient_penalty = scale * options_.gradient_penalty,
          .count = std::llround(part * options_.penalty_share)};
}

View Trainer::viewed(const torch::Tensor& images, const torch::Tensor& labels) {
  return {images, options_.model.classes > 0 ? labels : torch::Tensor(),
          draw_augmentation(augmentations_, augment_probability_, images.size(0), images.size(2), random_)};
}

torch::Tensor Trainer::fake_images(const torch::Tensor& labels) {
  const Autocast autocast(device_.type(), in_bfloat16_);
  return generator_->forward(random_normal({labels.size(0), options_.model.latent}),
                             options_.model.classes > 0 ? labels : torch::Tensor());
}

Trainer::Gradients Trainer::discriminator_gradients(const LabeledImages& real, const PenaltyPlan& plan) {
  torch::Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    fake = fake_images(real.labels);
  }
  const CriticPass pass = [&] {
    const Autocast autocast(device_.type(), in_bfloat16_);
    return critic_pass(discriminator_, viewed(real.images, real.labels), viewed(fake, real.labels), plan,
                       random_);
  }();
  const bool in_pairs = pairing_ == Pairing::relativistic;
  const torch::Tensor gain = in_pairs
                                 ? relativistic_bound(loss_.objective, pass.real_logits, pass.fake_logits)
                                 : divergence_bound(loss_.objective, pass.real_logits, pass.fake_logits);
  const torch::Tensor scale = scalars_[kPenaltyScale];
  const torch::Tensor r1 = pass.r1 * scale;
  const torch::Tensor r2 = pass.r2 * scale;
  const torch::Tensor gradient_penalty = pass.gradient_penalty * scale;
  const torch::Tensor loss = -gain + r1 + r2 + gradient_penalty;
  Gradients result{torch::autograd::grad({loss}, discriminator_optimizer_.parameters()), {}};

  const torch::NoGradGuard no_grad;
  const torch::Tensor real_log_ratio = log_ratio_of(loss_.objective, pass.real_logits);
  const torch::Tensor fake_log_ratio = log_ratio_of(loss_.objective, pass.fake_logits);
  if (options_.augment_target > 0) {
    adaptive_probability_.update(in_pairs ? real_log_ratio - fake_log_ratio : real_log_ratio);
  }
  const torch::Tensor unknown = not_a_number(gain);
  result.metrics = {loss.detach(), in_pairs ? unknown : gain.detach(), real_log_ratio.mean(),
                    fake_log_ratio.mean(),
                    // exp(700) is the last that float64 holds comfortably.
                    in_pairs ? unknown : fake_log_ratio.clamp_max(700).exp().mean(), r1.detach(), r2.detach(),
                    gradient_penalty.detach()};
  return result;
}

Trainer::Gradients Trainer::generator_gradients(const LabeledImages& real) {
  const View fake = viewed(fake_images(real.labels), real.labels);
  const bool in_pairs = pairing_ == Pairing::relativistic;
  torch::Tensor fake_logits;
  torch::Tensor real_logits;
  {
    const Autocast autocast(device_.type(), in_bfloat16_);
    fake_logits = logits_of(discriminator_, {fake});
    if (in_pairs) {
      const torch::NoGradGuard no_grad;
      real_logits = logits_of(discriminator_, {viewed(real.images, real.labels)});
    }
  }
  const torch::Tensor loss = in_pairs
                                 ? relativistic_generator_loss(loss_, real_logits, fake_logits)
                                 : generator_loss(loss_.objective, loss_.generator_objective, fake_logits);
  // Asking for these gradients alone leaves the discriminator's weights out of the backward pass.
  return {torch::autograd::grad({loss}, generator_optimizer_.parameters()), {loss.detach()}};
}

void Trainer::update_average() {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> average = average_->parameters();
  const std::vector<torch::Tensor> latest = generator_->parameters();
  const torch::Tensor weight = scalars_[kAverageWeight];
  if (weight.is_cpu()) {
    at::_foreach_lerp_(average, latest, weight.item<double>());
    return;
  }
  // A weight on the device has no form of its own in one launch for all.
  const std::vector<torch::Tensor> difference = at::_foreach_sub(latest, average);
  at::_foreach_mul_(difference, weight.to(torch::kFloat32));
  at::_foreach_add_(average, difference);
}

std::string Trainer::fault_of(const torch::Tensor& metrics) const {
  const std::vector<std::string>& names = step_metric_names();
  const auto value = [&](const std::string& name) {
    const auto place = std::find(names.begin(), names.end(), name) - names.begin();
    return metrics[place].item<double>();
  };
  const auto first_bad_parameter = [](const torch::nn::Module& module, const torch::Tensor& norms) {
    const torch::Tensor bad = torch::isfinite(norms).logical_not().cpu();
    int64_t i = 0;
    for (const auto& item : module.named_parameters()) {
      if (bad[i++].item<bool>()) {
        return ", first that of " + item.key();
      }
    }
    return std::string();
  };
  for (const char* name :
       {"divergence", "r1", "r2", "gradient_penalty", "discriminator_loss", "generator_loss"}) {
    const bool has_none = std::string(name) == "divergence" && pairing_ == Pairing::relativistic;
    if (!std::isfinite(value(name)) && !has_none) {
      return std::string(name) + " is " + (std::isnan(value(name)) ? "nan" : "infinite");
    }
  }
  if (!std::isfinite(value("discriminator_gradient_norm"))) {
    return "the gradient of the discriminator is not finite" +
           first_bad_parameter(*discriminator_, discriminator_gradient_norms_);
  }
  if (!std::isfinite(value("generator_gradient_norm"))) {
    return "the gradient of the generator is not finite" +
           first_bad_parameter(*generator_, generator_gradient_norms_);
  }
  return "";
}

torch::Tensor Trainer::sample(const torch::Tensor& latents, const torch::Tensor& labels) {
  return generate(average_, latents, labels, device_);
}

std::vector<std::pair<std::string, torch::Tensor>> Trainer::state() const {
  std::vector<std::pair<std::string, torch::Tensor>> named;
  const auto add_module = [&](const std::string& prefix, const torch::nn::Module& module) {
    for (const auto& item : module.named_parameters()) {
      named.emplace_back(prefix + "." + item.key(), item.value().detach());
    }
  };
  add_module("generator", *generator_);
  add_module("discriminator", *discriminator_);
  add_module("average", *average_);
  for (const auto& [name, optimizer] :
       {std::pair<std::string, const Adam*>{"generator_optimizer", &generator_optimizer_},
        {"discriminator_optimizer", &discriminator_optimizer_}}) {
    const auto state = optimizer->state(name);
    named.insert(named.end(), state.begin(), state.end());
  }
  named.emplace_back("augment_probability", adaptive_probability_.state());
  return named;
}

torch::Tensor Trainer::random_state() const {
  at::Generator random = random_;
  const std::lock_guard<std::mutex> lock(random.mutex());
  return random.get_state();
}

void Trainer::set_random_state(const torch::Tensor& state) {
  const std::lock_guard<std::mutex> lock(random_.mutex());
  random_.set_state(state);
}

torch::Tensor Trainer::random_normal(torch::IntArrayRef shape) {
  return torch::randn(shape, random_, torch::TensorOptions().device(device_));
}

}  // namespace ganwright
