#pragma once

#include <torch/csrc/autograd/autograd.h>
#include <torch/types.h>

#include <functional>

namespace ganwright {

/// The derivative of a scalar function at x along a direction, by central differences: error O(step^2).
inline double directional_difference(const std::function<torch::Tensor(const torch::Tensor&)>& function,
                                     const torch::Tensor& x, const torch::Tensor& direction,
                                     double step = 1e-5) {
  return ((function(x + step * direction) - function(x - step * direction)) / (2 * step)).item<double>();
}

/// The same derivative by automatic differentiation.
inline double directional_derivative(const std::function<torch::Tensor(const torch::Tensor&)>& function,
                                     const torch::Tensor& x, const torch::Tensor& direction) {
  const auto leaf = x.detach().clone().requires_grad_(true);
  const auto gradient = torch::autograd::grad({function(leaf)}, {leaf});
  return (gradient[0] * direction).sum().item<double>();
}

}  // namespace ganwright
