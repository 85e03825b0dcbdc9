#pragma once

#include <torch/nn/modules/linear.h>
#include <torch/types.h>

namespace ganwright {

/// What the gates of the blocks start from: small, so that a block begins close to the identity.
inline constexpr double first_gate = 0.1;

/// SiLU of a standard normal number has a root mean square of 0.597; the layer after it makes up for that.
inline constexpr double silu_gain = 1.0 / 0.597;

/// A tensor of this shape, of the default dtype, drawn from a normal distribution cut at twice its standard
/// deviation and then scaled so that `standard_deviation` is what the result has. Draws from the default CPU
/// generator.
torch::Tensor truncated_normal(at::IntArrayRef shape, double standard_deviation);

/// The weight [outputs, inputs] of a linear layer that keeps the mean square of its input, times `gain`
/// squared: truncated normal of standard deviation gain / sqrt(inputs).
torch::Tensor linear_weight(int64_t outputs, int64_t inputs, double gain = 1.0);

/// A linear layer with such a weight and a bias of zeros.
torch::nn::Linear make_linear(int64_t outputs, int64_t inputs, double gain = 1.0);

}  // namespace ganwright
