#include "models/block.h"

#include "models/initialize.h"
#include "models/options.h"
#include "models/rms_norm.h"

namespace ganwright {

BlockImpl::BlockImpl(int64_t width, int64_t heads)
    : attention_(register_module("attention", Attention(width, heads))),
      gate_up_(register_parameter("gate_up", linear_weight(2 * hidden_width(width), width))),
      down_(register_parameter("down", linear_weight(width, hidden_width(width)))) {}

torch::Tensor BlockImpl::forward(const torch::Tensor& x, const Modulation& modulation,
                                 const torch::Tensor& table, int64_t queries) {
  const auto read = attention_(rms_normalize(x) * modulation.attention_scale, table, queries);
  const auto kept = queries < x.size(1) ? x.narrow(1, 0, queries) : x;
  const auto attended = at::addcmul(kept, read, modulation.attention_gate);
  const auto transformed = feed_forward(rms_normalize(attended) * modulation.feed_forward_scale);
  return at::addcmul(attended, transformed, modulation.feed_forward_gate);
}

torch::Tensor BlockImpl::feed_forward(const torch::Tensor& x) const {
  const auto gate_up = at::linear(x, gate_up_).chunk(2, -1);
  return at::linear(at::silu(gate_up[0]) * gate_up[1], down_);
}

}  // namespace ganwright
