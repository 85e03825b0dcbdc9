#include "training/adam.h"

namespace ganwright {

Adam::Adam(std::vector<torch::Tensor> parameters, double beta1, double beta2)
    : parameters_(std::move(parameters)), beta1_(beta1), beta2_(beta2) {
  for (const torch::Tensor& parameter : parameters_) {
    first_moments_.push_back(torch::zeros_like(parameter));
    second_moments_.push_back(torch::zeros_like(parameter));
  }
  steps_ = torch::zeros({}, parameters_.front().options().dtype(torch::kFloat32).requires_grad(false));
}

void Adam::step(const std::vector<torch::Tensor>& gradients, double learning_rate) {
  const torch::NoGradGuard no_grad;
  // The fused kernel reads the count and does not advance it.
  steps_.add_(1);
  const std::vector<torch::Tensor> steps(parameters_.size(), steps_);
  // Nor does it look at strides, and autograd promises no layout.
  std::vector<torch::Tensor> contiguous;
  for (const torch::Tensor& gradient : gradients) {
    contiguous.push_back(gradient.contiguous());
  }
  at::_fused_adam_(parameters_, contiguous, first_moments_, second_moments_, /*max_exp_avg_sqs=*/{}, steps,
                   learning_rate, beta1_, beta2_, /*weight_decay=*/0.0, /*eps=*/1e-8, /*amsgrad=*/false,
                   /*maximize=*/false);
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
  const torch::Tensor norm = torch::stack(at::_foreach_norm(gradients)).norm();
  if (largest > 0) {
    at::_foreach_mul_(gradients, (largest / (norm + 1e-12)).clamp_max(1.0));
  }
  return norm;
}

}  // namespace ganwright
