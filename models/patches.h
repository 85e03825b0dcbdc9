#pragma once

#include <torch/types.h>

namespace ganwright {

/// Cuts pictures [B, C, S, S] into patches [B, (S / patch)^2, C * patch * patch], in row order.
torch::Tensor cut_patches(const torch::Tensor& images, int64_t patch);

/// The inverse: patches [B, side * side, C * patch * patch] to pictures [B, C, side * patch, side * patch].
torch::Tensor join_patches(const torch::Tensor& patches, int64_t channels, int64_t patch);

}  // namespace ganwright
