#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganwright {

/// A picture with a large or small log ratio.
struct ExtremePicture {
  int64_t place;     ///< its index in the dataset
  std::string path;  ///< its file
  double log_ratio;  ///< log p/q
};

/// Which log ratios are looked for.
enum class Extreme {
  largest,  ///< pictures of p least covered by q
  smallest  ///< pictures of q least covered by p
};

/// The `count` pictures (or as many as there are) with the largest or the smallest log ratios, the most
/// extreme first. `log_ratios`: float64 [n] of the pictures at `places` [n].
std::vector<ExtremePicture> extreme_pictures(const Dataset& dataset, const torch::Tensor& places,
                                             const torch::Tensor& log_ratios, int64_t count, Extreme extreme);

/// Their pixels, uint8 [count, C, S, S].
torch::Tensor pixels_of(const std::vector<ExtremePicture>& pictures, const Dataset& dataset);

}  // namespace ganwright
