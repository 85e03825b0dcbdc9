#include "losses/penalty.h"

#include <torch/csrc/autograd/autograd.h>

namespace ganwright {

torch::Tensor squared_gradient_norms(const torch::Tensor& logits, const torch::Tensor& images) {
  const torch::Tensor gradient =
      torch::autograd::grad({logits.sum()}, {images}, {}, /*retain_graph=*/true, /*create_graph=*/true)[0];
  return gradient.flatten(1).square().sum(1);
}

torch::Tensor finite_difference_penalty(const torch::Tensor& logits, const torch::Tensor& perturbed_logits,
                                        double sigma, double gamma) {
  return ((perturbed_logits - logits) / sigma).square().mean() * (gamma / 2);
}

torch::Tensor unit_gradient_penalty(const torch::Tensor& squared_norms, double lambda) {
  // The root has no slope at 0: a flat critic would get nan.
  return ((squared_norms + 1e-12).sqrt() - 1).square().mean() * lambda;
}

}  // namespace ganwright
