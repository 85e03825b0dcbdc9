#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/container/modulelist.h>
#include <torch/nn/modules/linear.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include <vector>

#include "models/block.h"
#include "models/options.h"
#include "models/position_table.h"
#include "models/readout.h"

namespace ganwright {

/// Latents to pictures. z is RMS-normalized and mapped by two layers; the result makes a few latent tokens
/// and, for each block, the scale and gate of both halves. The latent tokens stand before one learned token a
/// patch, which starts as the sines and cosines of its place. With latent maps the mapped latent also makes
/// vectors, of which each patch has its learned share added, so that patches differ with z from the first
/// block on. After each quarter of the blocks (output_depths_of) the tokens are RMS-normalized and projected
/// to pixels; these pictures and that of the read-out (models/readout.h) are summed and pass the output
/// activation. In a conditional pair a learned vector of the class is added to the mapped latent.
///
/// Start: weights are truncated normal of standard deviation 1 / sqrt(inputs), biases zero, gates about 0.1
/// and scales about 1, both with a tenth of spread over z; pictures have a standard deviation of about 0.5.
class GeneratorImpl : public torch::nn::Module {
 public:
  /// Draws the start from the default generator. Throws ModelError for options that do not validate.
  explicit GeneratorImpl(const ModelOptions& options);

  /// From now on pictures are of `grid` patches, also where that is not the shape that was trained: the
  /// learned patch tokens are resized bilinearly and positions as `method` says. Throws ModelError for a grid
  /// that is empty or too large, and as position_table.
  void resize(const PatchGrid& grid, Resize method);

  /// From now on a mapped latent w is drawn toward the mean of those of `latents` [N, latent], which are
  /// normal and on the network's device: mean + share (w - mean), before the vector of a class is added
  /// (truncation, Karras et al. 2019). A share of 1 leaves pictures as they are; with 0 all are one (of each
  /// class).
  void truncate(double share, const torch::Tensor& latents);

  /// Tokens of a picture.
  [[nodiscard]] int64_t tokens() const { return options_.latent_tokens + grid_.count(); }

  /// z [B, latent], normal, and for a conditional pair labels, int64 [B], to pictures [B, channels, height,
  /// width] of `size` or as resize() made them, float32 or wider; with tanh in [-1, 1], without about there.
  /// Throws ModelError for another shape or dtype.
  torch::Tensor forward(const torch::Tensor& z, const torch::Tensor& labels = {});

 private:
  torch::Tensor map(const torch::Tensor& z);
  Modulation modulation(const torch::Tensor& mapped, size_t block);

  ModelOptions options_;
  PatchGrid grid_{};
  std::vector<int64_t> output_depths_;
  torch::nn::ModuleList mapping_{nullptr};
  torch::Tensor mapped_mean_;  // [width]; undefined without truncation
  double truncation_ = 1;
  torch::Tensor class_vectors_;  // [classes, width]; undefined without classes
  torch::nn::Linear latent_tokens_{nullptr};
  torch::Tensor patch_tokens_;              // [patches of a trained picture, width]
  torch::nn::Linear map_vectors_{nullptr};  // null without latent maps
  torch::Tensor latent_maps_;               // [patches of a trained picture, latent maps]
  torch::nn::ModuleList modulations_{nullptr};
  torch::nn::ModuleList blocks_{nullptr};
  torch::nn::ModuleList outputs_{nullptr};
  Readout readout_{nullptr};  // null without read-out channels
  torch::Tensor rotary_table_;
};
TORCH_MODULE(Generator);

}  // namespace ganwright
