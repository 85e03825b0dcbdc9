#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include "models/convolution.h"
#include "models/options.h"

namespace ganwright {

/// Pictures to stem_channels maps of their neighborhoods by two convolutions, which the discriminator's
/// patches hold beside the pixels, so that it sees across their borders (Xiao et al. 2021, "Early
/// Convolutions Help Transformers See Better").
class StemImpl : public torch::nn::Module {
 public:
  /// Draws the start from the default generator.
  explicit StemImpl(const ModelOptions& options);

  /// [B, channels, size, size] to [B, size, size, stem_channels].
  torch::Tensor forward(const torch::Tensor& images);

 private:
  Convolution first_{nullptr};
  Convolution second_{nullptr};
};
TORCH_MODULE(Stem);

}  // namespace ganwright
