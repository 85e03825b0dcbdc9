#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace ganwright {

/// The Laplacian pyramid (Burt, Adelson 1983) of float pictures [N, C, S, S], finest level first: the detail
/// that each halving of the side removes, and the remainder. Sides are halved, rounding up, while they stay
/// at least 14, twice a patch: 32 and 16; 28 and 14.
std::vector<torch::Tensor> laplacian_pyramid(const torch::Tensor& pictures);

/// Patches of one level of the pyramid.
struct PatchLevel {
  int64_t side;           ///< of the level, in pixels
  torch::Tensor patches;  ///< float32 [N * count, C * P * P], picture by picture
};

/// `count` patches of 7 x 7 pixels (or the whole level if it is smaller) of each picture and level, at random
/// positions that are the same on every call, normalized to mean 0 and standard deviation 1 in each channel
/// over all patches of the level (Karras et al. 2018). `pixels`: uint8 [N, C, S, S].
std::vector<PatchLevel> laplacian_patches(const torch::Tensor& pixels, int64_t count,
                                          const torch::Device& device);

}  // namespace ganwright
