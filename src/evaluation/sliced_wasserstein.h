#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "evaluation/estimate.h"

namespace ganwright {

/// A distance with what each point contributes: value = mean(first) - mean(second), float64 on the CPU.
struct SlicedDistance {
  double value;
  torch::Tensor first;   ///< [n]
  torch::Tensor second;  ///< [m]
};

/// The mean over directions of the 1-Wasserstein distance between the projections of points, float32 [n, d]
/// and [m, d] (Rabin et al. 2011). What a point contributes is its place in the dual: the potential whose
/// slope is the sign of the difference of the distribution functions. `directions`: float32 [d, k].
SlicedDistance sliced_wasserstein(const torch::Tensor& first, const torch::Tensor& second,
                                  const torch::Tensor& directions);

/// How much of each picture is looked at, and from where: as many patches a picture as in the paper, but
/// fewer where there would be more than `most_patches` in all, so that it takes seconds.
struct PatchDistanceOptions {
  int64_t patches = 128;
  int64_t directions = 128;
  int64_t most_patches = int64_t{1} << 15;
};

/// The multi-scale sliced Wasserstein distance of pictures, uint8 [n, C, S, S] and [m, C, S, S] (Karras et
/// al. 2018, "Progressive Growing of GANs"), "sliced_wasserstein", the mean over the levels of the Laplacian
/// pyramid, and each of them, "sliced_wasserstein_32" and so on by their sides. Published tables show it
/// times 1000. It falls with the count like its square root even where nothing differs.
std::vector<NamedEstimate> patch_distances(const torch::Tensor& real, const torch::Tensor& generated,
                                           const PatchDistanceOptions& options, const torch::Device& device);

}  // namespace ganwright
