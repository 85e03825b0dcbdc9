#pragma once

#include <torch/types.h>

#include <cstdint>

namespace ganwright {

/// Points on the arc between two latents [latent], at these shares [n] of its angle, 0 at `from` and 1 at
/// `to`: float32 [n, latent]. Between normal latents, whose lengths are nearly alike, they keep that length,
/// where those on the straight line would be shorter (White 2016, "Sampling Generative Networks"). Falls back
/// to linear interpolation if the latents are (nearly) parallel or opposite, where the arc is not unique.
torch::Tensor spherical_interpolation(const torch::Tensor& from, const torch::Tensor& to,
                                      const torch::Tensor& shares);

/// The way from each of `stops` [n, latent] to the next, in `steps` equal steps: an open one ends at the last
/// stop, (n - 1) * steps + 1 points; a closed one returns to the first stop and ends one step before it, n *
/// steps points, so that it can be shown in a loop. float32 [points, latent].
torch::Tensor latent_path(const torch::Tensor& stops, int64_t steps, bool closed);

/// Such ways, one a row, through stops of their own: [rows, points, latent]. Row i is the same for every
/// number of rows.
torch::Tensor latent_paths(int64_t rows, int64_t stops, int64_t steps, bool closed, int64_t latent,
                           int64_t seed);

}  // namespace ganwright
