#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/container/parameterlist.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <vector>

#include "models/block.h"
#include "models/options.h"
#include "models/stem.h"

namespace ganwright {

/// Pictures to logits. Patches, with what the stem (models/stem.h) sees around each pixel, are projected to
/// tokens, a learned place is added to each, and a [cls] token
/// stands before them. After a third, two thirds and all of the blocks (logit_depths_of) the [cls] token is
/// RMS-normalized and projected to a number; these are averaged. In a conditional pair a learned vector of
/// the class is added to the weights of the projection (Miyato and Koyama 2018, "cGANs with Projection
/// Discriminator").
///
/// Start: weights are truncated normal of standard deviation 1 / sqrt(inputs), scales one, gates (LayerScale,
/// Touvron et al. 2021) 0.1, [cls] and places small; logits have a root mean square of about 0.3.
class DiscriminatorImpl : public torch::nn::Module {
 public:
  /// Draws the start from the default generator. Throws ModelError for options that do not validate.
  explicit DiscriminatorImpl(const ModelOptions& options);

  /// Pictures [B, channels, size, size], and for a conditional pair labels, int64 [B], to logits [B], float32
  /// or wider. Throws ModelError for another shape or dtype.
  torch::Tensor forward(const torch::Tensor& images, const torch::Tensor& labels = {});

 private:
  ModelOptions options_;
  std::vector<int64_t> logit_depths_;
  Stem stem_{nullptr};              // null without stem channels
  torch::Tensor patch_projection_;  // [width, (channels + stem channels) * patch * patch]
  torch::Tensor class_token_;       // [1, width]
  torch::Tensor places_;            // [patches, width]
  torch::nn::ModuleList blocks_{nullptr};
  torch::nn::ParameterList scales_{
      nullptr};  // a block: [2, width], of attention and of the feed-forward layer
  torch::nn::ParameterList gates_{nullptr};  // a block: [2, width]
  torch::Tensor logit_weight_;               // [logit depths, width]
  torch::Tensor logit_bias_;                 // []
  torch::Tensor class_weights_;              // [classes, width]; undefined without classes
  torch::Tensor rotary_table_;
};
TORCH_MODULE(Discriminator);

}  // namespace ganwright
