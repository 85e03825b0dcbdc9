#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>

namespace ganwright {

/// Converts float pictures [N, C, H, W] in [-1, 1] (clamped; NaN becomes black), or uint8 ones (kept), on any
/// device, to contiguous uint8 [N, C, H, W] on the CPU. Throws UsageError for another type.
torch::Tensor to_bytes(const torch::Tensor& images);

/// The longest side, in pixels, of the grids that commands draw.
constexpr double kLongestGridSide = 32768;

/// The integer factor by which a grid of `columns` pictures enlarges small pictures, whose longer side is
/// `side`, so that a person can see them.
int64_t automatic_scale(int64_t side, int64_t columns);

/// Draws `images` (float [N, C, H, W] in [-1, 1] or uint8, C = 1 or RGB) row by row into one grey or BGR
/// picture. columns = 0 makes it nearly square; scale = 0 means automatic_scale. Cells without a picture are
/// grey. Throws UsageError for another shape or type, or negative numbers.
cv::Mat image_grid(const torch::Tensor& images, int64_t columns = 0, int64_t scale = 0);

/// Writes a grey, BGR or BGRA picture of 8 bits as PNG, atomically.
/// Throws WriteError, with the system's reason, if that fails; the previous file is then kept.
void write_png(const std::filesystem::path& path, const cv::Mat& picture);

}  // namespace ganwright
