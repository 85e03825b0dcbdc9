#include "models/convolution.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <tuple>
#include <utility>
#include <vector>

#include "models/fused.h"
#include "models/initialize.h"
#include "models/kernels.h"
#include "models/rms_norm.h"

namespace ganwright {
namespace {

using torch::autograd::AutogradContext;
using torch::autograd::variable_list;

ConvolutionShape shape_of(const torch::Tensor& x, int64_t outputs) {
  return {x.size(1), x.size(2), x.size(3), outputs};
}

int64_t padded_numbers(const ConvolutionShape& shape) {
  return (shape.height + 2) * (shape.width + 2) * shape.inputs;
}

// Whether weights lie as [9, inputs, outputs], and not as [9, outputs, inputs].
bool has_outputs_last(int64_t outputs) {
  return outputs % row_multiple == 0;
}

// weight [outputs, inputs, 3, 3] as the kernels read it.
torch::Tensor kernel_weights(const torch::Tensor& weight) {
  return (has_outputs_last(weight.size(0)) ? weight.permute({2, 3, 1, 0}) : weight.permute({2, 3, 0, 1}))
      .contiguous();
}

// The inverse, summed over images: gradients [B, 9 * inputs * outputs] to those of `weight`.
torch::Tensor weight_gradient(const torch::Tensor& gradients, const torch::Tensor& weight) {
  const int64_t outputs = weight.size(0);
  const int64_t inputs = weight.size(1);
  const torch::Tensor sum = gradients.sum(0);
  return has_outputs_last(outputs) ? sum.view({3, 3, inputs, outputs}).permute({3, 2, 0, 1}).contiguous()
                                   : sum.view({3, 3, outputs, inputs}).permute({2, 3, 0, 1}).contiguous();
}

// body(image, scratch) for all images; scratch: `numbers` floats that a thread reuses.
template <class Body>
void for_padded_images(int64_t images, int64_t numbers, const Body& body) {
  for_ranges(images, 1, [&](int64_t begin, int64_t end) {
    std::vector<float> scratch(static_cast<size_t>(numbers));
    for (int64_t image = begin; image < end; ++image) {
      body(image, scratch.data());
    }
  });
}

// The numbers of an image of [B, height, width, channels].
const float* image_of(const torch::Tensor& x, int64_t image) {
  return x.const_data_ptr<float>() + image * x.stride(0);
}

float* image_to_write(const torch::Tensor& x, int64_t image) {
  return x.mutable_data_ptr<float>() + image * x.stride(0);
}

// The gradient of x from that of the output: a convolution with the weights turned around.
torch::Tensor gradient_of_input(const torch::Tensor& x, const torch::Tensor& weight,
                                const torch::Tensor& gradient, bool activates) {
  const ConvolutionShape shape = shape_of(gradient, weight.size(1));
  const torch::Tensor weights = kernel_weights(weight.flip({2, 3}).transpose(0, 1));
  torch::Tensor result = torch::empty_like(x);
  for_padded_images(x.size(0), padded_numbers(shape), [&](int64_t image, float* padded) {
    kernels<float>().pad(shape, image_of(gradient, image), false, padded);
    kernels<float>().convolve(shape, padded, weights.const_data_ptr<float>(), nullptr,
                              image_to_write(result, image));
    if (activates) {
      kernels<float>().silu_backward(shape.height * shape.width * shape.outputs, image_of(x, image),
                                     image_to_write(result, image));
    }
  });
  return result;
}

// The gradients of weight and bias.
std::pair<torch::Tensor, torch::Tensor> gradients_of_parameters(const torch::Tensor& x,
                                                                const torch::Tensor& weight,
                                                                const torch::Tensor& gradient,
                                                                bool activates) {
  const ConvolutionShape shape = shape_of(x, weight.size(0));
  const torch::Tensor of_weights = torch::zeros({x.size(0), weight.numel()}, x.options());
  const torch::Tensor of_biases = torch::zeros({x.size(0), weight.size(0)}, x.options());
  for_padded_images(x.size(0), padded_numbers(shape), [&](int64_t image, float* padded) {
    kernels<float>().pad(shape, image_of(x, image), activates, padded);
    kernels<float>().convolve_backward(shape, padded, image_of(gradient, image),
                                       image_to_write(of_weights, image), image_to_write(of_biases, image));
  });
  return {weight_gradient(of_weights, weight), of_biases.sum(0)};
}

struct FusedConvolution : torch::autograd::Function<FusedConvolution> {
  static torch::Tensor forward(AutogradContext* context, const torch::Tensor& x, const torch::Tensor& weight,
                               const torch::Tensor& bias, bool activates) {
    const torch::Tensor input = x.contiguous();
    const ConvolutionShape shape = shape_of(input, weight.size(0));
    const torch::Tensor weights = kernel_weights(weight);
    torch::Tensor output = torch::empty({x.size(0), shape.height, shape.width, shape.outputs}, x.options());
    for_padded_images(x.size(0), padded_numbers(shape), [&](int64_t image, float* padded) {
      kernels<float>().pad(shape, image_of(input, image), activates, padded);
      kernels<float>().convolve(shape, padded, weights.const_data_ptr<float>(), bias.const_data_ptr<float>(),
                                image_to_write(output, image));
    });
    context->saved_data["activates"] = activates;
    context->save_for_backward({input, weight});
    return output;
  }

  static variable_list backward(AutogradContext* context, const variable_list& gradients) {
    const auto saved = context->get_saved_variables();
    const torch::Tensor& x = saved[0];
    const torch::Tensor& weight = saved[1];
    const bool activates = context->saved_data["activates"].toBool();
    const torch::Tensor gradient = gradients[0].contiguous();
    variable_list found(4);
    if (context->needs_input_grad(0)) {
      found[0] = gradient_of_input(x, weight, gradient, activates);
    }
    if (context->needs_input_grad(1) || context->needs_input_grad(2)) {
      std::tie(found[1], found[2]) = gradients_of_parameters(x, weight, gradient, activates);
    }
    return once_differentiable(std::move(found), "the convolution");
  }
};

}  // namespace

ConvolutionImpl::ConvolutionImpl(int64_t inputs, int64_t outputs, InputActivation activation, double gain)
    : weight_(register_parameter(
          "weight",
          truncated_normal({outputs, inputs, 3, 3}, gain / std::sqrt(9.0 * static_cast<double>(inputs))))),
      bias_(register_parameter("bias", torch::zeros({outputs}))),
      activation_(activation) {}

torch::Tensor ConvolutionImpl::forward(const torch::Tensor& x) {
  const bool activates = activation_ == InputActivation::silu;
  if (runs_fused(x)) {
    return FusedConvolution::apply(x.to(torch::kFloat), weight_, bias_, activates);
  }
  const torch::Tensor channels_first = (activates ? at::silu(x) : x).permute({0, 3, 1, 2});
  return at::conv2d(channels_first, weight_, bias_, 1, 1).permute({0, 2, 3, 1});
}

}  // namespace ganwright
