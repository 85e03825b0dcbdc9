#pragma once

#include <c10/util/FunctionRef.h>
#include <torch/csrc/autograd/variable.h>
#include <torch/types.h>

#include <string>

#include "models/kernels.h"

namespace ganwright {

/// Whether element-wise chains on x run as one fused operation: on the CPU in float32 or bfloat16, which have
/// no second derivative. Otherwise (float64, CUDA, while a MathAttention lives) they are composed of
/// operations of the library, which have derivatives of every order.
bool runs_fused(const torch::Tensor& x);

/// body(begin, end) for ranges that make up 0..count, on the threads of the library, with at least
/// `grain` in each but the last. (at::parallel_for would need OpenMP in our own code, too.)
void for_ranges(int64_t count, int64_t grain, c10::function_ref<void(int64_t, int64_t)> body);

/// What a fused backward pass returns: throws if it is differentiated in turn, instead of counting as
/// constant.
torch::autograd::variable_list once_differentiable(torch::autograd::variable_list gradients,
                                                   const std::string& name);

/// x [images, ..., width] as images of so many rows.
struct ImageRows {
  int64_t images;
  Rows rows;
};
ImageRows image_rows(const torch::Tensor& x);

/// body(image, the first of its numbers) for all images, on the threads of the library.
void for_images(const ImageRows& shape, c10::function_ref<void(int64_t, int64_t)> body);

/// A vector for each image or one for all of them, as float32: [width], [1, 1, width] or [images, 1, width].
class ImageVectors {
 public:
  /// Throws ModelError for another shape. An undefined tensor makes null pointers.
  ImageVectors(const torch::Tensor& vectors, const ImageRows& shape);

  /// The vector of an image, or null.
  [[nodiscard]] const float* of(int64_t image) const;

  /// A tensor [images, 1, width] of zeros to collect gradients in, or an undefined one where they are not
  /// `wanted`.
  [[nodiscard]] torch::Tensor gradients(bool wanted) const;

 private:
  torch::Tensor vectors_;
  ImageRows shape_;
  int64_t stride_ = 0;
};

/// `gradients` [images, 1, width] summed to those of `vectors`.
torch::Tensor summed_like(const torch::Tensor& gradients, const torch::Tensor& vectors);

/// The pointer to the gradients of one image, or null.
float* gradient_of_image(const torch::Tensor& gradients, int64_t image);

/// body(value) with a value of the type of memory, float or c10::BFloat16.
template <class Body>
void with_value_type(torch::ScalarType type, const Body& body) {
  if (type == torch::kBFloat16) {
    body(c10::BFloat16());
  } else {
    body(0.0F);
  }
}

}  // namespace ganwright
