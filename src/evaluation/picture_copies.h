#pragma once

#include <torch/types.h>

#include <cstdint>

namespace ganwright {

/// Which pictures of two folders are copies of one another.
struct PictureGroups {
  torch::Tensor p;  ///< int64 [N]: the group of each picture of p, from 0 on; copies share one
  torch::Tensor q;  ///< int64 [M]: those of q, by the same numbers
  int64_t count;    ///< of groups

  /// How many different pictures there are among these of a folder: groups [n], such as a part of `p`.
  static int64_t distinct(const torch::Tensor& groups);
};

/// Groups copies of one picture, exact ones and those that were encoded anew or resized before they came to
/// this size. The hash of a picture is the means of the 8 x 8 parts of each channel, a perceptual hash
/// that is not rounded to bits; two are copies where the root of the mean square of their difference is at
/// most 2 of 255 levels and a twentieth of the deviation of either, so that pictures with little contrast
/// have to agree better and plain ones entirely. What is cropped, turned or recolored is no copy. Pixels are
/// uint8 [N, C, S, S] and [M, C, S, S].
PictureGroups group_copies(const torch::Tensor& pixels_p, const torch::Tensor& pixels_q);

}  // namespace ganwright
