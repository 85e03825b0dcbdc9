#include "training/trainer.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <memory>
#include <mutex>
#include <stdexcept>

#include "training/device.h"
#include "training/optimizer.h"
#include "training/sampling.h"
#include "training/schedule.h"

namespace ganwright {
namespace {

// Means over the parts that a batch is taken in.
template <class Part>
auto accumulated(const TrainingOptions& options, const LabeledImages& real, const Part& part) {
  const int64_t count = options.batch_size / options.accumulate;
  const auto take = [&](int64_t i) {
    return part(
        LabeledImages{real.images.narrow(0, i * count, count), real.labels.narrow(0, i * count, count)});
  };
  auto sum = take(0);
  for (int64_t i = 1; i < options.accumulate; ++i) {
    const auto next = take(i);
    at::_foreach_add_(sum.gradients, next.gradients);
    at::_foreach_add_(tensors_of(sum.metrics), tensors_of(next.metrics));
  }
  if (options.accumulate > 1) {
    at::_foreach_div_(sum.gradients, static_cast<double>(options.accumulate));
    at::_foreach_div_(tensors_of(sum.metrics), static_cast<double>(options.accumulate));
  }
  return sum;
}

// ", first that of NAME" for the first parameter whose gradient has no finite norm.
std::string first_fault(const torch::nn::Module& network, const torch::Tensor& gradient_norms) {
  const torch::Tensor bad = torch::isfinite(gradient_norms).logical_not().cpu();
  int64_t i = 0;
  for (const auto& item : network.named_parameters()) {
    if (bad[i++].item<bool>()) {
      return ", first that of " + item.key();
    }
  }
  return "";
}

}  // namespace

Trainer::Trainer(const TrainingOptions& options, const Loss& loss, const torch::Device& device)
    : device_(device),
      pair_{.options = options,
            .loss = loss,
            .adaptive_probability = {options.augment_target, options.augment_images, device}},
      graphs_(device) {
  check_training_options(options, loss);
  pair_.loss.objective.clamped = std::make_shared<std::atomic<int64_t>>(0);
  call_objectives_in_streams_of(device);

  // Networks draw their start from the default generator, on the CPU.
  torch::manual_seed(static_cast<uint64_t>(options.seed));
  pair_.generator = Generator(options.model);
  pair_.discriminator = Discriminator(options.model);
  average_ = Generator(options.model);
  pair_.generator->to(device);
  pair_.discriminator->to(device);
  average_->to(device);
  pair_.random = random_on(device, options.seed);
  pair_.augment_probability =
      options.augment_target > 0
          ? pair_.adaptive_probability.value()
          : torch::full({}, options.augment_probability, torch::TensorOptions(device).dtype(torch::kFloat32));

  // The average starts as the generator, and is never descended.
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> start = pair_.generator->parameters();
  const std::vector<torch::Tensor> average = average_->parameters();
  for (size_t i = 0; i < start.size(); ++i) {
    average[i].copy_(start[i]);
    average[i].requires_grad_(false);
  }

  generator_optimizer_ = make_optimizer(*pair_.generator, options);
  discriminator_optimizer_ = make_optimizer(*pair_.discriminator, options);

  const auto numbers = torch::TensorOptions(device).dtype(torch::kFloat64);
  scalars_ = torch::zeros({kScalars}, numbers);
  discriminator_metrics_ = torch::zeros({metric_count<DiscriminatorMetrics>()}, numbers);
  generator_metrics_ = torch::zeros({metric_count<GeneratorMetrics>()}, numbers);
  generator_gradient_norms_ = torch::zeros({static_cast<int64_t>(start.size())}, numbers);
  discriminator_gradient_norms_ =
      torch::zeros({static_cast<int64_t>(discriminator_optimizer_.parameters().size())}, numbers);
  if (!device.is_cpu()) {
    const ModelOptions& model = options.model;
    real_ = {torch::zeros({options.batch_size, model.channels, model.size, model.size}, device),
             torch::zeros({options.batch_size}, torch::TensorOptions(device).dtype(torch::kInt64))};
  }
}

double Trainer::learning_rate() const {
  return learning_rate_at(pair_.options, steps_done_, minutes_) * rate_scale_;
}

torch::Tensor Trainer::step(const LabeledImages& real) {
  const TrainingOptions& options = pair_.options;
  if (real.images.size(0) != options.critic_steps * options.batch_size) {
    throw std::invalid_argument("a step takes " + std::to_string(options.critic_steps * options.batch_size) +
                                " images, not " + std::to_string(real.images.size(0)));
  }
  set_scalars();
  discriminator_metrics_.zero_();
  LabeledImages batch;
  for (int64_t i = 0; i < options.critic_steps; ++i) {
    const int64_t start = i * options.batch_size;
    batch = placed(
        {real.images.narrow(0, start, options.batch_size), real.labels.narrow(0, start, options.batch_size)});
    const PenaltyPlan plan = penalty_plan_at(options, steps_done_, i);
    const bool is_plain = plan.r1 + plan.r2 + plan.gradient_penalty == 0;
    graphs_.run(is_plain ? "discriminator" : "penalized discriminator",
                [&] { discriminator_step(batch, plan); });
  }
  graphs_.run("generator", [&] { generator_step(batch); });
  ++steps_done_;
  return torch::cat({discriminator_metrics_ / options.critic_steps, generator_metrics_});
}

void Trainer::set_scalars() {
  const TrainingOptions& options = pair_.options;
  const auto batch = static_cast<double>(options.batch_size);
  // The half-life ramps up with the run (Karras et al. 2021), so that the average forgets the random start.
  const double half_life =
      std::min(options.ema_half_life, static_cast<double>(steps_done_ + 1) * batch * 0.05);
  const torch::Tensor values = torch::empty({kScalars}, torch::kFloat64);
  auto* const value = values.mutable_data_ptr<double>();
  value[kLearningRate] = learning_rate();
  value[kPenaltyScale] = penalty_scale_at(options, steps_done_, minutes_);
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

void Trainer::discriminator_step(const LabeledImages& real, const PenaltyPlan& plan) {
  auto found = accumulated(pair_.options, real, [&](const LabeledImages& part) {
    return discriminator_gradients(pair_, part, plan, scalars_[kPenaltyScale]);
  });
  found.metrics.gradient_norm =
      descend(found.gradients, found.metrics.loss, discriminator_optimizer_, discriminator_gradient_norms_);
  discriminator_metrics_.add_(stacked(found.metrics));
}

void Trainer::generator_step(const LabeledImages& real) {
  auto found = accumulated(pair_.options, real,
                           [&](const LabeledImages& part) { return generator_gradients(pair_, part); });
  found.metrics.gradient_norm =
      descend(found.gradients, found.metrics.loss, generator_optimizer_, generator_gradient_norms_);
  found.metrics.augment_probability = pair_.augment_probability.to(torch::kFloat64);
  generator_metrics_.copy_(stacked(found.metrics));
  update_average();
}

// Clips and steps, but not with a loss or a gradient that is not finite. Returns the norm before clipping.
torch::Tensor Trainer::descend(std::vector<torch::Tensor>& gradients, const torch::Tensor& loss,
                               Adam& optimizer, const torch::Tensor& gradient_norms) {
  const torch::Tensor norms = clip_gradient_norm(gradients, pair_.options.clip_norm);
  gradient_norms.copy_(norms);
  const torch::Tensor norm = norms.norm();
  const torch::Tensor is_finite = torch::isfinite(norm).logical_and(torch::isfinite(loss));
  optimizer.step(gradients, scalars_[kLearningRate], is_finite.logical_not().to(torch::kFloat32));
  return norm.to(torch::kFloat64);
}

void Trainer::update_average() {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> average = average_->parameters();
  const std::vector<torch::Tensor> latest = pair_.generator->parameters();
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

std::string Trainer::fault_of(const TrainingMetrics<double>& metrics) const {
  const auto& [discriminator, generator] = metrics;
  const bool bounds_divergence = pair_.options.pairing != Pairing::relativistic;
  for (const auto& [name, value] : {std::pair("divergence", bounds_divergence ? discriminator.divergence : 0),
                                    {"r1", discriminator.r1},
                                    {"r2", discriminator.r2},
                                    {"gradient_penalty", discriminator.gradient_penalty},
                                    {"discriminator_loss", discriminator.loss},
                                    {"generator_loss", generator.loss}}) {
    if (!std::isfinite(value)) {
      return std::string(name) + " is " + (std::isnan(value) ? "nan" : "infinite");
    }
  }
  if (!std::isfinite(discriminator.gradient_norm)) {
    return "the gradient of the discriminator is not finite" +
           first_fault(*pair_.discriminator, discriminator_gradient_norms_);
  }
  if (!std::isfinite(generator.gradient_norm)) {
    return "the gradient of the generator is not finite" +
           first_fault(*pair_.generator, generator_gradient_norms_);
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
  add_module("generator", *pair_.generator);
  add_module("discriminator", *pair_.discriminator);
  add_module("average", *average_);
  for (const auto& [name, optimizer] :
       {std::pair<std::string, const Adam*>{"generator_optimizer", &generator_optimizer_},
        {"discriminator_optimizer", &discriminator_optimizer_}}) {
    const auto state = optimizer->state(name);
    named.insert(named.end(), state.begin(), state.end());
  }
  named.emplace_back("augment_probability", pair_.adaptive_probability.state());
  return named;
}

torch::Tensor Trainer::random_state() const {
  at::Generator random = pair_.random;
  const std::lock_guard<std::mutex> lock(random.mutex());
  return random.get_state();
}

void Trainer::set_random_state(const torch::Tensor& state) {
  const std::lock_guard<std::mutex> lock(pair_.random.mutex());
  pair_.random.set_state(state);
}

}  // namespace ganwright
