#pragma once

#include <torch/types.h>

#include "models/positions.h"

namespace ganwright {

/// Cuts pictures [B, C, S, S] into patches [B, (S / patch)^2, C * patch * patch], in row order.
torch::Tensor cut_patches(const torch::Tensor& images, int64_t patch);

/// The inverse: patches [B, rows * columns, C * patch * patch] to pictures [B, C, rows * patch, columns *
/// patch].
torch::Tensor join_patches(const torch::Tensor& patches, const PatchGrid& grid, int64_t channels,
                           int64_t patch);

/// As cut_patches for channels that lie beside each other: pictures [B, S, S, C] to [B, (S / patch)^2, patch
/// * patch * C].
torch::Tensor cut_pixels(const torch::Tensor& images, int64_t patch);

/// The inverse: [B, rows * columns, patch * patch * C] to [B, rows * patch, columns * patch, C].
torch::Tensor join_pixels(const torch::Tensor& patches, const PatchGrid& grid, int64_t patch);

}  // namespace ganwright
