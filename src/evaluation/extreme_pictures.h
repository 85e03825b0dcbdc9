#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

#include "data/dataset.h"

namespace ganwright {

/// A picture that stands out by its log ratio.
struct ExtremePicture {
  int64_t place;  ///< among the pictures of its dataset
  std::string path;
  double log_ratio;
};

enum class Extreme { largest, smallest };

/// The `count` pictures (or as many as there are) with the largest or the smallest log ratio, the farthest
/// first. `log_ratios`: float64 [n] of the pictures at `places` [n].
std::vector<ExtremePicture> extreme_pictures(const Dataset& dataset, const torch::Tensor& places,
                                             const torch::Tensor& log_ratios, int64_t count, Extreme extreme);

/// uint8 [count, C, S, S].
torch::Tensor pixels_of(const std::vector<ExtremePicture>& pictures, const Dataset& dataset);

}  // namespace ganwright
