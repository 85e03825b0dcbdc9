#include "models/block.h"

#include "models/gated_residual.h"
#include "models/initialize.h"
#include "models/modulated_norm.h"
#include "models/options.h"
#include "models/swiglu.h"

namespace ganwright {

BlockImpl::BlockImpl(int64_t width, int64_t heads, Direction direction)
    : attention_(register_module("attention", Attention(width, heads, direction))),
      gate_up_(register_parameter("gate_up", linear_weight(2 * hidden_width(width), width))),
      down_(register_parameter("down", linear_weight(width, hidden_width(width)))) {}

torch::Tensor BlockImpl::forward(const torch::Tensor& x, const Modulation& modulation,
                                 const torch::Tensor& table, int64_t queries) {
  const auto [stream, attention_input] = modulated_norm(x, modulation.attention_scale);
  const auto read = attention_(attention_input, table, queries);
  const auto kept = queries < x.size(1) ? stream.narrow(1, 0, queries) : stream;
  const auto [attended, feed_forward_input] =
      modulated_norm(gated_residual(kept, read, modulation.attention_gate), modulation.feed_forward_scale);
  const auto transformed = at::linear(swiglu(at::linear(feed_forward_input, gate_up_)), down_);
  return gated_residual(attended, transformed, modulation.feed_forward_gate);
}

}  // namespace ganwright
