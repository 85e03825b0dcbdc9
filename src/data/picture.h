#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>

#include "files/bytes.h"

namespace ganwright {

/// The side in pixels up to which pictures are decoded, cut and resized.
inline constexpr int64_t kLargestPictureSize = 8192;

/// Decodes a PNG, JPEG, WebP, BMP or TIFF file held in memory, turned upright as its EXIF data asks: 8 bits,
/// grey, BGR or BGRA (16-bit samples are scaled down, palettes and grey with alpha expanded). A JPEG may come
/// out at a half, quarter or eighth of its size while its smaller side keeps at least 2 * `side` pixels; 0
/// keeps it whole. Throws DataError with the bare reason (the caller names the file) when it cannot be
/// decoded whole, PassingFault when there is too little memory for it.
cv::Mat decode_picture(Bytes file, int64_t side = 0);

/// A grey, BGR or BGRA picture of 8 bits as `channels` (1: grey, the luma of colors; 3: RGB) of `size` x
/// `size` pixels: laid over `background` (RGB) where it is transparent, cut to its central square, and
/// resized.
cv::Mat fit_picture(const cv::Mat& picture, int64_t size, int64_t channels,
                    const std::array<uint8_t, 3>& background);

/// A square picture at `size` x `size` pixels: averaged over areas where it shrinks, bicubic where it grows.
cv::Mat resize_square(const cv::Mat& picture, int64_t size);

}  // namespace ganwright
