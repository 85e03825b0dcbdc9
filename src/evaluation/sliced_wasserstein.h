#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "evaluation/estimate.h"

namespace ganwright {

/// A distance and the contribution of each point: value = mean(first) - mean(second).
struct SlicedDistance {
  double value;          ///< the distance
  torch::Tensor first;   ///< contributions of the first points, float64 [n] on the CPU
  torch::Tensor second;  ///< contributions of the second points, float64 [m] on the CPU
};

/// The mean over directions of the 1-Wasserstein distance between the projections of points, float32 [n, d]
/// and [m, d] (Rabin et al. 2011). The contribution of a point is its dual potential, whose
/// slope is the sign of the difference of the distribution functions. `directions`: float32 [d, k].
SlicedDistance sliced_wasserstein(const torch::Tensor& first, const torch::Tensor& second,
                                  const torch::Tensor& directions);

/// How many patches and directions are compared.
struct PatchDistanceOptions {
  int64_t patches = 128;     ///< of each picture, as in the paper
  int64_t directions = 128;  ///< random ones, onto which patches are projected
  /// Of all pictures together; beyond it `patches` is reduced, so that the distance takes seconds.
  int64_t most_patches = int64_t{1} << 15;
};

/// The multi-scale sliced Wasserstein distance of pictures, uint8 [n, C, S, S] and [m, C, S, S] (Karras et
/// al. 2018, "Progressive Growing of GANs"), "sliced_wasserstein", the mean over the levels of the Laplacian
/// pyramid, and each of them, "sliced_wasserstein_32" and so on by their sides. Published tables show it
/// times 1000. Even between equal distributions it is positive and falls only like 1 / sqrt(n).
std::vector<NamedEstimate> patch_distances(const torch::Tensor& real, const torch::Tensor& generated,
                                           const PatchDistanceOptions& options, const torch::Device& device);

}  // namespace ganwright
