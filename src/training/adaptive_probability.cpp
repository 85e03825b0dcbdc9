#include "training/adaptive_probability.h"

#include <torch/csrc/autograd/grad_mode.h>

namespace ganwright {
namespace {

constexpr int64_t kBatches = 4;
constexpr double kLargest = 0.8;

}  // namespace

AdaptiveProbability::AdaptiveProbability(double target, double images, const torch::Device& device)
    : target_(target),
      images_(images),
      state_(torch::full({1 + kBatches}, target, torch::TensorOptions(device).dtype(torch::kFloat32))) {
  state_[0].zero_();
}

void AdaptiveProbability::update(const torch::Tensor& real_log_ratios) {
  const torch::NoGradGuard no_grad;
  const torch::Tensor sign = real_log_ratios.sign().mean().to(torch::kFloat32).view({1});
  const torch::Tensor batches = torch::cat({state_.narrow(0, 2, kBatches - 1), sign});
  const double step = static_cast<double>(real_log_ratios.numel()) / images_;
  const torch::Tensor probability = (state_[0] + (batches.mean() - target_).sign() * step).clamp(0, kLargest);
  state_.copy_(
      torch::where(real_log_ratios.isnan().any(), state_, torch::cat({probability.view({1}), batches})));
}

}  // namespace ganwright
