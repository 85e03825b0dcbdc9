#include "models/attention.h"

#include <ATen/Context.h>

#include "models/initialize.h"
#include "models/rotary_attention.h"

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

bool MathAttention::active() {
  return !at::globalContext().userEnabledFlashSDP();
}

AttentionImpl::AttentionImpl(int64_t width, int64_t heads, Direction direction)
    : query_key_value_(register_parameter("query_key_value", linear_weight(3 * width, width))),
      query_key_scale_(register_parameter("query_key_scale", torch::ones({2, 1, width / heads / 2, 1}))),
      output_(register_parameter("output", linear_weight(width, width))),
      direction_(direction) {}

torch::Tensor AttentionImpl::forward(const torch::Tensor& x, const torch::Tensor& table, int64_t queries) {
  const auto read =
      rotary_attention(at::linear(x, query_key_value_), query_key_scale_, table, queries, direction_);
  return at::linear(read, output_);
}

}  // namespace ganwright
