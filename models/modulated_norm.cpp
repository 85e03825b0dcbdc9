#include "models/modulated_norm.h"

#include <ATen/autocast_mode.h>
#include <torch/csrc/autograd/custom_function.h>

#include <optional>

#include "models/fused.h"
#include "models/rms_norm.h"

namespace ganwright {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

struct ModulatedNorm : torch::autograd::Function<ModulatedNorm> {
  // To x itself and its normalized form of `type`.
  static variable_list forward(AutogradContext* context, const torch::Tensor& x,
                               const std::optional<torch::Tensor>& given_scale, torch::ScalarType type) {
    const torch::Tensor scale = given_scale.value_or(torch::Tensor());
    const torch::Tensor input = x.contiguous();
    const ImageRows shape = image_rows(input);
    const ImageVectors scales(scale, shape);
    torch::Tensor normalized = torch::empty(input.sizes(), input.options().dtype(type));
    const auto* from = input.const_data_ptr<float>();
    with_value_type(type, [&](auto value) {
      using Value = decltype(value);
      auto* to = normalized.mutable_data_ptr<Value>();
      for_images(shape, [&](int64_t image, int64_t place) {
        kernels<Value>().norm(shape.rows, from + place, scales.of(image), to + place);
      });
    });
    context->set_materialize_grads(false);
    context->save_for_backward({input, scale});
    return {x, normalized};
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& x = saved[0];
    const torch::Tensor& scale = saved[1];
    if (!gradients[1].defined()) {
      return {gradients[0], torch::Tensor(), torch::Tensor()};
    }
    const torch::Tensor gradient = gradients[1].contiguous();
    const torch::Tensor other = gradients[0].defined() ? gradients[0].contiguous() : gradients[0];
    const ImageRows shape = image_rows(x);
    const ImageVectors scales(scale, shape);
    const torch::Tensor gradient_of_scale = scales.gradients(scale.defined() && context->needs_input_grad(1));
    torch::Tensor gradient_of_x = torch::empty_like(x);
    with_value_type(gradient.scalar_type(), [&](auto value) {
      using Value = decltype(value);
      for_images(shape, [&](int64_t image, int64_t place) {
        kernels<Value>().norm_backward(shape.rows, x.const_data_ptr<float>() + place, scales.of(image),
                                       gradient.const_data_ptr<Value>() + place,
                                       other.defined() ? other.const_data_ptr<float>() + place : nullptr,
                                       gradient_of_x.mutable_data_ptr<float>() + place,
                                       gradient_of_image(gradient_of_scale, image));
      });
    });
    return once_differentiable({gradient_of_x, summed_like(gradient_of_scale, scale), torch::Tensor()},
                               "the RMS norm");
  }
};

}  // namespace

std::pair<torch::Tensor, torch::Tensor> modulated_norm(const torch::Tensor& x, const torch::Tensor& scale) {
  if (!runs_fused(x)) {
    return {x, rms_normalize(x) * scale};
  }
  const bool narrow = at::autocast::is_autocast_enabled(torch::kCPU) &&
                      at::autocast::get_autocast_dtype(torch::kCPU) == torch::kBFloat16;
  const auto both = ModulatedNorm::apply(x.to(torch::kFloat), std::optional(scale),
                                         narrow ? torch::kBFloat16 : torch::kFloat);
  return {both[0], both[1]};
}

torch::Tensor fused_rms_normalize(const torch::Tensor& x) {
  return ModulatedNorm::apply(x.to(torch::kFloat), std::optional<torch::Tensor>(), torch::kFloat)[1];
}

}  // namespace ganwright
