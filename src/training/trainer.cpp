#include "training/trainer.h"

#include <ATen/CPUGeneratorImpl.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <mutex>
#include <unordered_set>

#include "losses/penalty.h"
#include "models/attention.h"

namespace ganwright {
namespace {

// The mapping network moves slowly (StyleGAN, Karras et al. 2019): its output steers every block at once.
constexpr double kMappingLearningRateShare = 0.1;

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

std::vector<torch::Tensor> without(const std::vector<torch::Tensor>& all,
                                   const std::vector<torch::Tensor>& some) {
  std::unordered_set<const c10::TensorImpl*> left_out;
  for (const torch::Tensor& tensor : some) {
    left_out.insert(tensor.unsafeGetTensorImpl());
  }
  std::vector<torch::Tensor> rest;
  std::copy_if(all.begin(), all.end(), std::back_inserter(rest), [&](const torch::Tensor& tensor) {
    return left_out.count(tensor.unsafeGetTensorImpl()) == 0;
  });
  return rest;
}

// Seeds the default generator, from which the networks draw their start.
TrainingOptions seeded(const TrainingOptions& options) {
  torch::manual_seed(static_cast<uint64_t>(options.seed));
  return options;
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
                                                 "discriminator_gradient_norm",
                                                 "generator_loss",
                                                 "generator_gradient_norm"};
  return names;
}

Trainer::Trainer(const TrainingOptions& options, const torch::Device& device)
    : options_(seeded(options)),
      device_(device),
      loss_(make_loss(options.loss)),
      penalty_(parse_penalty(options.penalty)),
      generator_(make_generator(options, device)),
      discriminator_(make_discriminator(options, device)),
      average_(make_generator(options, device)),
      body_parameters_(without(generator_->parameters(), generator_->mapping_parameters())),
      mapping_parameters_(generator_->mapping_parameters()),
      body_optimizer_(body_parameters_, 0.0, options.beta2),
      mapping_optimizer_(mapping_parameters_, 0.0, options.beta2),
      discriminator_optimizer_(discriminator_->parameters(), 0.0, options.beta2),
      random_(make_random(device, options.seed)) {
  const torch::NoGradGuard no_grad;
  const std::vector<torch::Tensor> start = generator_->parameters();
  const std::vector<torch::Tensor> average = average_->parameters();
  for (size_t i = 0; i < start.size(); ++i) {
    average[i].copy_(start[i]);
    average[i].requires_grad_(false);
  }
}

torch::Tensor Trainer::step(const torch::Tensor& real) {
  const double rise = options_.warm_up > 0 ? static_cast<double>(steps_done_ + 1) / options_.warm_up : 1.0;
  const double learning_rate = learning_rate_of(options_) * std::min(1.0, rise);
  std::vector<torch::Tensor> metrics = discriminator_step(real, learning_rate);
  const std::vector<torch::Tensor> generator_metrics = generator_step(real.size(0), learning_rate);
  metrics.insert(metrics.end(), generator_metrics.begin(), generator_metrics.end());
  ++steps_done_;
  update_average(real.size(0));
  for (torch::Tensor& metric : metrics) {
    metric = metric.detach().to(device_, torch::kFloat64);
  }
  return torch::stack(metrics);
}

std::vector<torch::Tensor> Trainer::discriminator_step(const torch::Tensor& real, double learning_rate) {
  torch::Tensor fake;
  {
    const torch::NoGradGuard no_grad;
    fake = generator_->forward(random_normal({real.size(0), options_.model.latent}));
  }
  const Penalties outcome = logits_with_penalties(real, fake);
  const torch::Tensor bound = divergence_bound(loss_.objective, outcome.real_logits, outcome.fake_logits);
  const torch::Tensor loss = -bound + outcome.r1 + outcome.r2;
  std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, discriminator_->parameters());
  const torch::Tensor norm = clip_gradient_norm(gradients, options_.clip_norm);
  discriminator_optimizer_.step(gradients, learning_rate);

  const torch::Tensor real_log_ratio = log_ratio_of(loss_.objective, outcome.real_logits);
  const torch::Tensor fake_log_ratio = log_ratio_of(loss_.objective, outcome.fake_logits);
  // exp(700) is the last that float64 holds comfortably.
  return {loss,
          bound,
          real_log_ratio.mean(),
          fake_log_ratio.mean(),
          fake_log_ratio.clamp_max(700).exp().mean(),
          outcome.r1,
          outcome.r2,
          norm};
}

Trainer::Penalties Trainer::logits_with_penalties(const torch::Tensor& real, const torch::Tensor& fake) {
  if (penalty_ == Penalty::exact) {
    return exact_penalties(real, fake);
  }
  // One pass over everything keeps the matrix products large.
  std::vector<torch::Tensor> inputs{real, fake};
  for (const auto& [gamma, images] : {std::pair(options_.r1, real), std::pair(options_.r2, fake)}) {
    if (gamma > 0) {
      inputs.push_back(images + options_.penalty_sigma * random_normal(images.sizes()));
    }
  }
  const std::vector<torch::Tensor> logits = discriminator_->forward(torch::cat(inputs)).split(real.size(0));
  const auto penalty = [&](const torch::Tensor& clean, const torch::Tensor& noisy, double gamma) {
    return finite_difference_penalty(clean, noisy, options_.penalty_sigma, gamma);
  };
  const torch::Tensor none = torch::zeros({}, logits[0].options());
  return {logits[0], logits[1], options_.r1 > 0 ? penalty(logits[0], logits[2], options_.r1) : none,
          options_.r2 > 0 ? penalty(logits[1], logits.back(), options_.r2) : none};
}

Trainer::Penalties Trainer::exact_penalties(const torch::Tensor& real, const torch::Tensor& fake) {
  const MathAttention math_attention;
  const torch::Tensor images = torch::cat({real, fake}).requires_grad_(true);
  const torch::Tensor all_logits = discriminator_->forward(images);
  const std::vector<torch::Tensor> logits = all_logits.split(real.size(0));
  const torch::Tensor none = torch::zeros({}, all_logits.options());
  if (options_.r1 == 0 && options_.r2 == 0) {
    return {logits[0], logits[1], none, none};
  }
  const std::vector<torch::Tensor> norms = squared_gradient_norms(all_logits, images).split(real.size(0));
  return {logits[0], logits[1], options_.r1 > 0 ? norms[0].mean() * (options_.r1 / 2) : none,
          options_.r2 > 0 ? norms[1].mean() * (options_.r2 / 2) : none};
}

std::vector<torch::Tensor> Trainer::generator_step(int64_t batch, double learning_rate) {
  const torch::Tensor fake = generator_->forward(random_normal({batch, options_.model.latent}));
  const torch::Tensor loss =
      generator_loss(loss_.objective, loss_.generator_objective, discriminator_->forward(fake));
  std::vector<torch::Tensor> parameters = body_parameters_;
  parameters.insert(parameters.end(), mapping_parameters_.begin(), mapping_parameters_.end());
  // Asking for these gradients alone leaves the discriminator's weights out of the backward pass.
  std::vector<torch::Tensor> gradients = torch::autograd::grad({loss}, parameters);
  const torch::Tensor norm = clip_gradient_norm(gradients, options_.clip_norm);
  const auto middle = gradients.begin() + static_cast<std::ptrdiff_t>(body_parameters_.size());
  body_optimizer_.step({gradients.begin(), middle}, learning_rate);
  mapping_optimizer_.step({middle, gradients.end()}, learning_rate * kMappingLearningRateShare);
  return {loss, norm};
}

void Trainer::update_average(int64_t batch) {
  const torch::NoGradGuard no_grad;
  // The half-life ramps up with the run (Karras et al. 2021), so that the average forgets the random start.
  const double seen = static_cast<double>(steps_done_ * batch);
  const double half_life = std::min(options_.ema_half_life, seen * 0.05);
  const double weight = 1.0 - std::pow(0.5, static_cast<double>(batch) / half_life);
  at::_foreach_lerp_(average_->parameters(), generator_->parameters(), weight);
}

torch::Tensor Trainer::sample(const torch::Tensor& latents) {
  return generate(average_, latents, device_);
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
       {std::pair<std::string, const Adam*>{"generator_optimizer", &body_optimizer_},
        {"mapping_optimizer", &mapping_optimizer_},
        {"discriminator_optimizer", &discriminator_optimizer_}}) {
    const auto state = optimizer->state(name);
    named.insert(named.end(), state.begin(), state.end());
  }
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

torch::Tensor latents_from_seed(int64_t count, int64_t latent, int64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(static_cast<uint64_t>(seed));
  return torch::randn({count, latent}, random, torch::kFloat32);
}

torch::Tensor generate(Generator& generator, const torch::Tensor& latents, const torch::Device& device) {
  constexpr int64_t batch = 64;
  const torch::NoGradGuard no_grad;
  std::vector<torch::Tensor> pictures;
  for (const torch::Tensor& part : latents.split(batch)) {
    pictures.push_back(generator->forward(part.to(device)).to(torch::kCPU));
  }
  return torch::cat(pictures);
}

}  // namespace ganwright
