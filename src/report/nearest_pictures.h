#pragma once

#include <torch/types.h>

#include <cstdint>

#include "data/parallel.h"

namespace ganwright {

/// The nearest neighbors of each query among many pictures.
struct NearestPictures {
  torch::Tensor indices;    ///< int64 [queries, k], nearest first
  torch::Tensor distances;  ///< float64 [queries, k]
};

/// The `k` (at most as many as there are) of `pictures` [N, C, H, W] that lie nearest to each of `queries`
/// [Q, C, H, W], both uint8 on the CPU, by the root mean square difference of their pixels, from 0 to
/// 1. Works block by block. Throws Interrupted when `interrupted` returns true.
NearestPictures nearest_pictures(const torch::Tensor& queries, const torch::Tensor& pictures, int64_t k,
                                 const ProgressCallback& progress = {},
                                 const InterruptCheck& interrupted = {});

}  // namespace ganwright
