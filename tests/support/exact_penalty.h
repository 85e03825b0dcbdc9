#pragma once

#include <functional>

#include "losses/penalty.h"

namespace ganwright {

/// A discriminator as the penalties see it: images [batch, ...] to logits [batch].
using Critic = std::function<torch::Tensor(const torch::Tensor&)>;

/// gamma/2 E||grad_x v(x)||^2 of a critic on images, which are left alone.
inline torch::Tensor exact_gradient_penalty(const Critic& critic, const torch::Tensor& images, double gamma) {
  const torch::Tensor input = images.detach().requires_grad_(true);
  return squared_gradient_norms(critic(input), input).mean() * (gamma / 2);
}

}  // namespace ganwright
