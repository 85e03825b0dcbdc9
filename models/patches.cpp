#include "models/patches.h"

namespace ganwright {

torch::Tensor cut_patches(const torch::Tensor& images, int64_t patch) {
  const int64_t channels = images.size(1);
  const int64_t side = images.size(2) / patch;
  return images.reshape({images.size(0), channels, side, patch, side, patch})
      .permute({0, 2, 4, 1, 3, 5})
      .reshape({images.size(0), side * side, channels * patch * patch});
}

torch::Tensor join_patches(const torch::Tensor& patches, const PatchGrid& grid, int64_t channels,
                           int64_t patch) {
  return patches.reshape({patches.size(0), grid.rows, grid.columns, channels, patch, patch})
      .permute({0, 3, 1, 4, 2, 5})
      .reshape({patches.size(0), channels, grid.rows * patch, grid.columns * patch});
}

torch::Tensor cut_pixels(const torch::Tensor& images, int64_t patch) {
  const int64_t side = images.size(1) / patch;
  return images.reshape({images.size(0), side, patch, side, patch * images.size(3)})
      .transpose(2, 3)
      .reshape({images.size(0), side * side, patch * patch * images.size(3)});
}

torch::Tensor join_pixels(const torch::Tensor& patches, const PatchGrid& grid, int64_t patch) {
  const int64_t channels = patches.size(2) / (patch * patch);
  return patches.reshape({patches.size(0), grid.rows, grid.columns, patch, patch * channels})
      .transpose(2, 3)
      .reshape({patches.size(0), grid.rows * patch, grid.columns * patch, channels});
}

}  // namespace ganwright
