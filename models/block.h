#pragma once

#include <torch/nn/module.h>
#include <torch/nn/pimpl.h>
#include <torch/types.h>

#include "models/attention.h"

namespace ganwright {

/// What the two halves of a block multiply their normalized input and their output by. In the discriminator
/// they are learned, [width]; in the generator they come from the latent, [B, 1, width].
struct Modulation {
  torch::Tensor attention_scale;
  torch::Tensor attention_gate;
  torch::Tensor feed_forward_scale;
  torch::Tensor feed_forward_gate;
};

/// A pre-norm Transformer block:
///   x <- x + gate * attention(scale * rms_normalize(x))
///   x <- x + gate * SwiGLU(scale * rms_normalize(x))
class BlockImpl : public torch::nn::Module {
 public:
  /// As AttentionImpl; the feed-forward layer is hidden_width(width) wide.
  BlockImpl(int64_t width, int64_t heads, Direction direction = Direction::both);

  /// x [B, tokens, width] and the rotary table of these tokens to [B, queries, width], the first `queries`
  /// tokens. Where only these are read afterwards, nothing else is computed.
  torch::Tensor forward(const torch::Tensor& x, const Modulation& modulation, const torch::Tensor& table,
                        int64_t queries);

 private:
  Attention attention_;
  torch::Tensor gate_up_;  // [2 * hidden, width]
  torch::Tensor down_;     // [width, hidden]
};
TORCH_MODULE(Block);

}  // namespace ganwright
