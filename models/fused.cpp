#include "models/fused.h"

#include <ATen/TensorIterator.h>
#include <torch/csrc/autograd/functions/basic_ops.h>

#include <algorithm>
#include <sstream>

#include "models/attention.h"
#include "models/model_error.h"

namespace ganwright {

bool runs_fused(const torch::Tensor& x) {
  return x.is_cpu() && (x.scalar_type() == torch::kFloat || x.scalar_type() == torch::kBFloat16) &&
         !MathAttention::active();
}

void for_ranges(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> body) {
  if (count <= grain) {
    if (count > 0) {
      body(0, count);
    }
    return;
  }
  // An iterator over bytes whose addresses alone matter: they tell how far it is.
  const torch::Tensor places = torch::empty({count}, torch::kByte);
  const char* start = static_cast<const char*>(places.const_data_ptr());
  auto iterator = at::TensorIterator::nullary_op(const_cast<torch::Tensor&>(places));
  iterator.for_each([&](char** data, const int64_t*, int64_t size,
                        int64_t) { body(data[0] - start, data[0] - start + size); },
                    grain);
}

torch::autograd::variable_list once_differentiable(torch::autograd::variable_list gradients,
                                                   const std::string& name) {
  if (!at::GradMode::is_enabled()) {
    return gradients;
  }
  for (torch::Tensor& gradient : gradients) {
    if (gradient.defined()) {
      gradient = gradient.detach().requires_grad_(true);
    }
  }
  torch::autograd::DelayedError error(
      name + " is fused and has no second derivative: keep a MathAttention alive during the forward pass",
      static_cast<int64_t>(gradients.size()));
  return error.apply(std::move(gradients));
}

ImageRows image_rows(const torch::Tensor& x) {
  const int64_t width = x.size(-1);
  const int64_t images = x.dim() > 1 ? x.size(0) : 1;
  return {images, {images * width > 0 ? x.numel() / (images * width) : 0, width}};
}

void for_images(const ImageRows& shape, c10::function_ref<void(int64_t, int64_t)> body) {
  constexpr int64_t worth_a_thread = 16384;
  const int64_t size = shape.rows.rows * shape.rows.width;
  for_ranges(shape.images, std::max<int64_t>(1, worth_a_thread / std::max<int64_t>(1, size)),
             [&](int64_t begin, int64_t end) {
               for (int64_t image = begin; image < end; ++image) {
                 body(image, image * size);
               }
             });
}

ImageVectors::ImageVectors(const torch::Tensor& vectors, const ImageRows& shape) : shape_(shape) {
  if (!vectors.defined()) {
    return;
  }
  const int64_t images = vectors.dim() == 3 ? vectors.size(0) : 1;
  if (vectors.size(-1) != shape.rows.width || vectors.numel() != images * shape.rows.width ||
      (images != 1 && images != shape.images)) {
    std::ostringstream message;
    message << "a scale or gate of shape " << vectors.sizes() << " does not fit " << shape.images
            << " images of width " << shape.rows.width << ": give [width] or [images, 1, width]";
    throw ModelError(message.str());
  }
  vectors_ = vectors.to(torch::kFloat);
  if (vectors_.stride(-1) != 1) {
    vectors_ = vectors_.contiguous();
  }
  stride_ = images > 1 ? vectors_.stride(0) : 0;
}

const float* ImageVectors::of(int64_t image) const {
  return vectors_.defined() ? vectors_.const_data_ptr<float>() + image * stride_ : nullptr;
}

torch::Tensor ImageVectors::gradients(bool wanted) const {
  return wanted ? torch::zeros({shape_.images, 1, shape_.rows.width}) : torch::Tensor();
}

torch::Tensor summed_like(const torch::Tensor& gradients, const torch::Tensor& vectors) {
  return gradients.defined() ? gradients.sum_to_size(vectors.sizes()).to(vectors.scalar_type()) : gradients;
}

float* gradient_of_image(const torch::Tensor& gradients, int64_t image) {
  return gradients.defined() ? gradients.mutable_data_ptr<float>() + image * gradients.size(-1) : nullptr;
}

}  // namespace ganwright
