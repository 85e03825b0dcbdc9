#include "training/adam.h"

#include <algorithm>
#include <optional>

namespace ganwright {

Adam::Adam(std::vector<torch::Tensor> parameters, double beta1, double beta2,
           const std::vector<double>& rate_shares)
    : parameters_(std::move(parameters)), beta1_(beta1), beta2_(beta2) {
  for (size_t i = 0; i < parameters_.size(); ++i) {
    first_moments_.push_back(torch::zeros_like(parameters_[i]));
    second_moments_.push_back(torch::zeros_like(parameters_[i]));
    const double share = rate_shares.empty() ? 1 : rate_shares[i];
    auto group = std::find_if(groups_.begin(), groups_.end(),
                              [&](const Group& candidate) { return candidate.rate_share == share; });
    if (group == groups_.end()) {
      group = groups_.insert(group, {share, {}});
    }
    group->members.push_back(i);
  }
  steps_ = torch::zeros({}, parameters_.front().options().dtype(torch::kFloat32).requires_grad(false));
}

void Adam::step(const std::vector<torch::Tensor>& gradients, double learning_rate) {
  step(gradients, torch::scalar_tensor(learning_rate, torch::kFloat64));
}

void Adam::step(const std::vector<torch::Tensor>& gradients, const torch::Tensor& learning_rate,
                const torch::Tensor& skip) {
  const torch::NoGradGuard no_grad;
  const std::optional<torch::Tensor> found_inf = skip.defined() ? std::optional(skip) : std::nullopt;
  // The fused kernel reads the count and does not advance it.
  if (skip.defined()) {
    steps_.add_(1 - skip);
  } else {
    steps_.add_(1);
  }
  // The kernel of CUDA devices reads a rate of float32 there.
  const torch::ScalarType rate_type = learning_rate.is_cpu() ? torch::kFloat64 : torch::kFloat32;
  for (const Group& group : groups_) {
    std::vector<torch::Tensor> parameters;
    std::vector<torch::Tensor> contiguous;
    std::vector<torch::Tensor> first_moments;
    std::vector<torch::Tensor> second_moments;
    for (const size_t i : group.members) {
      parameters.push_back(parameters_[i]);
      // It does not look at strides, and autograd promises no layout.
      contiguous.push_back(gradients[i].contiguous());
      first_moments.push_back(first_moments_[i]);
      second_moments.push_back(second_moments_[i]);
    }
    const std::vector<torch::Tensor> steps(parameters.size(), steps_);
    at::_fused_adam_(parameters, contiguous, first_moments, second_moments, /*max_exp_avg_sqs=*/{}, steps,
                     (learning_rate * group.rate_share).to(rate_type), beta1_, beta2_, /*weight_decay=*/0.0,
                     /*eps=*/1e-8,
                     /*amsgrad=*/false, /*maximize=*/false, /*grad_scale=*/{}, found_inf);
  }
}

std::vector<std::pair<std::string, torch::Tensor>> Adam::state(const std::string& prefix) const {
  std::vector<std::pair<std::string, torch::Tensor>> named{{prefix + ".steps", steps_}};
  for (size_t i = 0; i < parameters_.size(); ++i) {
    named.emplace_back(prefix + ".first_moment." + std::to_string(i), first_moments_[i]);
    named.emplace_back(prefix + ".second_moment." + std::to_string(i), second_moments_[i]);
  }
  return named;
}

torch::Tensor clip_gradient_norm(std::vector<torch::Tensor>& gradients, double largest) {
  const torch::ScalarType type = largest > 0 ? torch::kFloat64 : torch::kFloat32;
  const torch::Tensor norms = torch::stack(at::_foreach_norm(gradients, 2, type));
  if (largest > 0) {
    const torch::Tensor scale = (largest / (norms.norm() + 1e-12)).clamp_max(1.0);
    at::_foreach_mul_(gradients, scale.to(gradients.front().scalar_type()));
  }
  return norms;
}

}  // namespace ganwright
