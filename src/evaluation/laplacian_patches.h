#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

namespace ganwright {

/// The Laplacian pyramid (Burt, Adelson 1983) of float pictures [N, C, S, S], finest level first: what each
/// halving of the side takes away, and what is left. Sides are halved, rounded up, as long as they stay at
/// least 14, twice a patch: 32 and 16; 28 and 14.
std::vector<torch::Tensor> laplacian_pyramid(const torch::Tensor& pictures);

/// Patches of one level of the pyramid.
struct PatchLevel {
  int64_t side;           ///< of the level, in pixels
  torch::Tensor patches;  ///< float32 [N * count, C * P * P], those of a picture one after the other
};

/// `count` patches of 7 x 7 pixels (or of the whole level where it is smaller) of each picture and level, at
/// random places that are the same on every call, with mean 0 and standard deviation 1 in each channel over
/// all patches of the level (Karras et al. 2018). `pixels`: uint8 [N, C, S, S].
std::vector<PatchLevel> laplacian_patches(const torch::Tensor& pixels, int64_t count,
                                          const torch::Device& device);

}  // namespace ganwright
