#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include "models/convolution.h"
#include "models/options.h"

namespace ganwright {

/// Tokens to what is added to the generator's picture, so that neighboring patches meet without a seam: each
/// token is projected to readout_channels maps of a patch, which are joined at the picture's resolution and
/// pass two convolutions. It starts small.
class ReadoutImpl : public torch::nn::Module {
 public:
  /// Draws the start from the default generator.
  explicit ReadoutImpl(const ModelOptions& options);

  /// Normalized tokens [B, rows * columns, width] to [B, channels, rows * patch, columns * patch], float32 or
  /// wider.
  torch::Tensor forward(const torch::Tensor& tokens, const PatchGrid& grid);

 private:
  int64_t patch_;
  torch::nn::Linear maps_{nullptr};
  Convolution smooth_{nullptr};
  Convolution paint_{nullptr};
};
TORCH_MODULE(Readout);

}  // namespace ganwright
