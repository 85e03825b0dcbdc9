#pragma once

#include <torch/types.h>

// Gradient penalties (§8).

namespace ganwright {

/// ||grad_x v(x)||^2 of each image, [batch], by double backward, from the logits [batch] of images [batch,
/// ...] that require a gradient; a logit has to depend on its own image alone. gamma/2 times the mean is R1
/// on real images and R2 on generated ones (Mescheder et al. 2018). Attention inside the critic must use the
/// math backend, which alone has a second derivative.
torch::Tensor squared_gradient_norms(const torch::Tensor& logits, const torch::Tensor& images);

/// gamma/2 E[((v(x + sigma e) - v(x))/sigma)^2] from the logits [batch] of images and of the same images with
/// noise sigma e, e ~ N(0, I), added: the same penalty without a double backward, unbiased as sigma -> 0,
/// with a relative standard deviation of about sqrt(2) per sample (APT, GAT 2025). float32 or float64 logits;
/// scalar.
torch::Tensor finite_difference_penalty(const torch::Tensor& logits, const torch::Tensor& perturbed_logits,
                                        double sigma, double gamma);

/// lambda E[(||grad_x v(x)|| - 1)^2] from squared_gradient_norms [batch]: the penalty of WGAN-GP (Gulrajani
/// et al. 2017), taken on images between real and generated ones. Scalar.
torch::Tensor unit_gradient_penalty(const torch::Tensor& squared_norms, double lambda);

}  // namespace ganwright
