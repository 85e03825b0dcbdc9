#include "losses/on_host.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace ganwright {
namespace {

StreamCaller& stream_caller() {
  static StreamCaller caller;
  return caller;
}

void call_or_fill_with_nan(const HostFunction& function, const double* inputs, int64_t count,
                           const std::vector<double*>& outputs) noexcept {
  try {
    function(inputs, count, outputs);
  } catch (...) {
    for (double* output : outputs) {
      std::fill_n(output, count, std::numeric_limits<double>::quiet_NaN());
    }
  }
}

}  // namespace

void set_stream_caller(StreamCaller caller) {
  stream_caller() = std::move(caller);
}

std::vector<torch::Tensor> on_host(const torch::Tensor& input, size_t outputs, const HostFunction& function) {
  const torch::Tensor numbers = input.detach().to(torch::kFloat64).contiguous();
  const bool in_stream = !input.is_cpu() && stream_caller();
  const auto options = torch::TensorOptions(torch::kFloat64).pinned_memory(in_stream);
  const torch::Tensor from =
      input.is_cpu() ? numbers : torch::empty(numbers.sizes(), options).copy_(numbers, in_stream);
  std::vector<torch::Tensor> results;
  std::vector<double*> to;
  for (size_t i = 0; i < outputs; ++i) {
    results.push_back(torch::empty(numbers.sizes(), options));
    to.push_back(results.back().mutable_data_ptr<double>());
  }
  const auto* inputs = from.const_data_ptr<double>();
  if (in_stream) {
    // The buffers are not the function's to keep, since giving back pinned memory is a call of CUDA's. Its
    // allocator hands them to nobody else before the copies below are through, or ever while a graph that
    // captured them lives.
    stream_caller()(
        [function, inputs, count = from.numel(), to] { call_or_fill_with_nan(function, inputs, count, to); });
  } else {
    function(inputs, from.numel(), to);
  }
  for (torch::Tensor& result : results) {
    result = result.to(input.device(), /*non_blocking=*/in_stream);
  }
  return results;
}

}  // namespace ganwright
