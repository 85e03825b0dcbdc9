#include "losses/penalty.h"

#include <torch/csrc/autograd/autograd.h>

namespace ganwright {

torch::Tensor exact_gradient_penalty(const Critic& critic, const torch::Tensor& images, double gamma) {
  const torch::Tensor input = images.detach().requires_grad_(true);
  const torch::Tensor logits = critic(input);
  const torch::Tensor gradient =
      torch::autograd::grad({logits.sum()}, {input}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
  return gradient.flatten(1).square().sum(1).mean() * (gamma / 2);
}

torch::Tensor finite_difference_penalty(const torch::Tensor& logits, const torch::Tensor& perturbed_logits,
                                        double sigma, double gamma) {
  return ((perturbed_logits - logits) / sigma).square().mean() * (gamma / 2);
}

}  // namespace ganwright
