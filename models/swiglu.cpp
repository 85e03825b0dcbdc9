#include "models/swiglu.h"

#include <torch/csrc/autograd/custom_function.h>

#include <algorithm>
#include <vector>

#include "models/fused.h"

namespace ganwright {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

// Calls run(rows, the first of them) for ranges of `count` rows of `width`.
template <class Run>
void for_rows(int64_t count, int64_t width, const Run& run) {
  constexpr int64_t worth_a_thread = 4096;
  for_ranges(count, std::max<int64_t>(1, worth_a_thread / std::max<int64_t>(1, width)),
             [&](int64_t begin, int64_t end) { run(Rows{end - begin, width}, begin); });
}

struct SwiGlu : torch::autograd::Function<SwiGlu> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x) {
    const torch::Tensor input = x.contiguous();
    std::vector<int64_t> sizes = input.sizes().vec();
    const int64_t width = sizes.back() /= 2;
    torch::Tensor output = torch::empty(sizes, input.options());
    with_value_type(input.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_rows(output.numel() / std::max<int64_t>(1, width), width, [&](const Rows& rows, int64_t begin) {
        kernels<Value>().swiglu(rows, input.const_data_ptr<Value>() + begin * 2 * width,
                                output.mutable_data_ptr<Value>() + begin * width);
      });
    });
    context->save_for_backward({input});
    return output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const torch::Tensor x = context->get_saved_variables()[0];
    const torch::Tensor gradient = gradients[0].contiguous();
    const int64_t width = gradient.size(-1);
    torch::Tensor gradient_of_x = torch::empty_like(x);
    with_value_type(x.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_rows(gradient.numel() / std::max<int64_t>(1, width), width, [&](const Rows& rows, int64_t begin) {
        kernels<Value>().swiglu_backward(rows, x.const_data_ptr<Value>() + begin * 2 * width,
                                         gradient.const_data_ptr<Value>() + begin * width,
                                         gradient_of_x.mutable_data_ptr<Value>() + begin * 2 * width);
      });
    });
    return once_differentiable({gradient_of_x}, "SwiGLU");
  }
};

}  // namespace

torch::Tensor swiglu(const torch::Tensor& x) {
  if (runs_fused(x)) {
    return SwiGlu::apply(x);
  }
  const auto parts = x.chunk(2, -1);
  return at::silu(parts[0]) * parts[1];
}

}  // namespace ganwright
