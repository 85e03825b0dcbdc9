#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include "models/direction.h"

namespace ganwright {

/// While one lives, attention runs on the plain mathematical back end, whose derivative can itself be
/// differentiated; the fused ones have no second derivative. Restores the previous backend settings on
/// destruction. The settings are process-wide: guards may nest, but not overlap across threads.
class MathAttention {
 public:
  MathAttention();
  ~MathAttention();
  MathAttention(const MathAttention&) = delete;
  MathAttention& operator=(const MathAttention&) = delete;
  MathAttention(MathAttention&&) = delete;
  MathAttention& operator=(MathAttention&&) = delete;

  /// Whether one lives: fused attention is off.
  static bool active();

 private:
  bool flash_;
  bool memory_efficient_;
  bool cudnn_;
  bool overrideable_;
  bool math_;
};

/// Self-attention with RMS-normalized queries and keys and rotary positions.
class AttentionImpl : public torch::nn::Module {
 public:
  /// `heads` divides `width` into heads of a multiple of four numbers. Draws the weights from the default
  /// generator.
  AttentionImpl(int64_t width, int64_t heads, Direction direction = Direction::both);

  /// x [B, tokens, width] and the rotary table [tokens, heads, head size / 2, 2] to [B, queries, width]: what
  /// the first `queries` tokens read.
  torch::Tensor forward(const torch::Tensor& x, const torch::Tensor& table, int64_t queries);

 private:
  torch::Tensor query_key_value_;  // [3 * width, width]
  torch::Tensor
      query_key_scale_;   // [2, 1, head size / 2, 1]: one a turned pair, so that it commutes with turning
  torch::Tensor output_;  // [width, width]
  Direction direction_;
};
TORCH_MODULE(Attention);

}  // namespace ganwright
