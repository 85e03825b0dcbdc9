#include "models/attention.h"

#include <ATen/Context.h>

#include "models/initialize.h"
#include "models/rms_norm.h"
#include "models/rotary.h"

namespace ganwright {

MathAttention::MathAttention()
    : flash_(at::globalContext().userEnabledFlashSDP()),
      memory_efficient_(at::globalContext().userEnabledMemEfficientSDP()),
      cudnn_(at::globalContext().userEnabledCuDNNSDP()),
      overrideable_(at::globalContext().userEnabledOverrideableSDP()),
      math_(at::globalContext().userEnabledMathSDP()) {
  auto& context = at::globalContext();
  context.setSDPUseFlash(false);
  context.setSDPUseMemEfficient(false);
  context.setSDPUseCuDNN(false);
  context.setSDPUseOverrideable(false);
  context.setSDPUseMath(true);
}

MathAttention::~MathAttention() {
  auto& context = at::globalContext();
  context.setSDPUseFlash(flash_);
  context.setSDPUseMemEfficient(memory_efficient_);
  context.setSDPUseCuDNN(cudnn_);
  context.setSDPUseOverrideable(overrideable_);
  context.setSDPUseMath(math_);
}

AttentionImpl::AttentionImpl(int64_t width, int64_t heads)
    : heads_(heads),
      query_key_value_(register_parameter("query_key_value", linear_weight(3 * width, width))),
      query_key_scale_(register_parameter("query_key_scale", torch::ones({2, 1, width / heads / 2, 1}))),
      output_(register_parameter("output", linear_weight(width, width))) {}

torch::Tensor AttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& table, int64_t queries) {
  const auto projected = at::linear(x, query_key_value_).unflatten(-1, {3, heads_, -1});
  const auto parts = projected.split_with_sizes({2, 1}, 2);
  const auto query_key = rotate(rms_normalize(parts[0]), table.unsqueeze(1) * query_key_scale_).unbind(2);
  auto query = query_key[0].transpose(1, 2);
  if (queries < x.size(1)) {
    query = query.narrow(2, 0, queries);
  }
  const auto value = parts[1].squeeze(2).transpose(1, 2).to(query.scalar_type());
  const auto read = at::scaled_dot_product_attention(query, query_key[1].transpose(1, 2), value);
  return at::linear(read.transpose(1, 2).flatten(2), output_);
}

}  // namespace ganwright
