#include "models/gated_residual.h"

#include <torch/csrc/autograd/custom_function.h>

#include "models/fused.h"

namespace ganwright {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct GatedResidual : torch::autograd::Function<GatedResidual> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& y,
                               const torch::Tensor& gate) {
    const torch::Tensor stream = x.contiguous();
    const torch::Tensor branch = y.contiguous();
    const ImageRows shape = image_rows(branch);
    const ImageVectors gates(gate, shape);
    torch::Tensor sum = torch::empty_like(stream);
    with_value_type(branch.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_images(shape, [&](int64_t image, int64_t place) {
        kernels<Value>().residual(shape.rows, stream.const_data_ptr<float>() + place,
                                  branch.const_data_ptr<Value>() + place, gates.of(image),
                                  sum.mutable_data_ptr<float>() + place);
      });
    });
    context->save_for_backward({branch, gate});
    return sum;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& y = saved[0];
    const torch::Tensor& gate = saved[1];
    const torch::Tensor gradient = gradients[0].contiguous();
    const ImageRows shape = image_rows(y);
    const ImageVectors gates(gate, shape);
    const torch::Tensor gradient_of_gate = gates.gradients(context->needs_input_grad(2));
    torch::Tensor gradient_of_y = torch::empty_like(y);
    with_value_type(y.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_images(shape, [&](int64_t image, int64_t place) {
        kernels<Value>().residual_backward(shape.rows, gradient.const_data_ptr<float>() + place,
                                           y.const_data_ptr<Value>() + place, gates.of(image),
                                           gradient_of_y.mutable_data_ptr<Value>() + place,
                                           gradient_of_image(gradient_of_gate, image));
      });
    });
    return once_differentiable({gradient, gradient_of_y, summed_like(gradient_of_gate, gate)},
                               "the gated residual");
  }
};

}  // namespace

torch::Tensor gated_residual(const torch::Tensor& x, const torch::Tensor& y, const torch::Tensor& gate) {
  if (runs_fused(x) && runs_fused(y)) {
    return GatedResidual::apply(x.to(torch::kFloat), y, gate);
  }
  return at::addcmul(x, y, gate);
}

}  // namespace ganwright
