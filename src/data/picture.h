#pragma once

#include <array>
#include <cstdint>
#include <opencv2/core.hpp>

#include "files/bytes.h"

namespace ganwright {

/// The largest side, in pixels, to which pictures are decoded, cropped or resized.
inline constexpr int64_t kLargestPictureSize = 8192;

/// Decodes a PNG, JPEG, WebP, BMP or TIFF file held in memory and rotates it as its EXIF data says. The
/// result has 8 bits and is grey, BGR or BGRA (16-bit samples are scaled down, palettes and grey with alpha
/// expanded). A JPEG may be decoded at a half, quarter or eighth of its size, as long as its smaller side
/// keeps 2 * `side` pixels; 0 decodes it at full size. Throws DataError with the bare reason (the caller
/// names the file) when it cannot be decoded whole, PassingFault when there is too little memory for it.
cv::Mat decode_picture(Bytes file, int64_t side = 0);

/// A grey, BGR or BGRA picture of 8 bits as `channels` (1: grey, the luma of colors; 3: RGB) of `size` x
/// `size` pixels: composited over `background` (RGB) where it is transparent, cropped to its central square,
/// and resized.
cv::Mat fit_picture(const cv::Mat& picture, int64_t size, int64_t channels,
                    const std::array<uint8_t, 3>& background);

/// Resizes a square picture to `size` x `size` pixels: by area averaging to shrink it, bicubic to enlarge it.
cv::Mat resize_square(const cv::Mat& picture, int64_t size);

}  // namespace ganwright
