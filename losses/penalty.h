#pragma once

#include <torch/types.h>

#include <functional>

namespace ganwright {

/// A discriminator as the penalties see it: images [batch, ...] to logits [batch].
using Critic = std::function<torch::Tensor(const torch::Tensor&)>;

/// gamma/2 E||grad_x v(x)||^2 by double backward: R1 on real images, R2 on generated ones (Mescheder et al.
/// 2018). Attention inside the critic must use the math backend, which alone has a second derivative. Scalar.
torch::Tensor exact_gradient_penalty(const Critic& critic, const torch::Tensor& images, double gamma);

/// gamma/2 E[((v(x + sigma e) - v(x))/sigma)^2] from the logits [batch] of images and of the same images with
/// noise sigma e, e ~ N(0, I), added: the same penalty without a double backward, unbiased as sigma -> 0 with
/// a relative standard deviation of about sqrt(2) a sample (APT, GAT 2025). float32 or float64 logits;
/// scalar.
torch::Tensor finite_difference_penalty(const torch::Tensor& logits, const torch::Tensor& perturbed_logits,
                                        double sigma, double gamma);

}  // namespace ganwright
