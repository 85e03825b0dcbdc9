#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

namespace ganwright {

/// What a convolution reads: its input as it is, or silu of it.
enum class InputActivation { none, silu };

/// A convolution of 3 x 3 with stride 1 and zeros around the picture, on channels that lie beside each other:
/// [B, height, width, inputs] to [B, height, width, outputs].
///
/// Start: weights are truncated normal of standard deviation gain / sqrt(9 inputs), so that outputs have
/// about `gain` times the deviation of what is read; the bias is zero.
class ConvolutionImpl : public torch::nn::Module {
 public:
  /// Draws the start from the default generator.
  ConvolutionImpl(int64_t inputs, int64_t outputs, InputActivation activation, double gain);

  /// Float32 or wider, on any device. Differentiable any number of times where it does not run fused
  /// (models/fused.h).
  torch::Tensor forward(const torch::Tensor& x);

 private:
  torch::Tensor weight_;  // [outputs, inputs, 3, 3]
  torch::Tensor bias_;    // [outputs]
  InputActivation activation_;
};
TORCH_MODULE(Convolution);

}  // namespace ganwright
