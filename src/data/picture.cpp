#include "data/picture.h"

#include <algorithm>
#include <new>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "data/picture_header.h"
#include "errors.h"

namespace ganwright {
namespace {

/// The largest reduction that JPEG's own transform offers for a picture of which `side` pixels are wanted.
int jpeg_flags(const PictureHeader& header, int64_t side) {
  const int64_t reduction = side == 0 ? 1 : std::min(header.width, header.height) / (2 * side);
  int size_flag = cv::IMREAD_COLOR;
  if (reduction >= 8) {
    size_flag = cv::IMREAD_REDUCED_COLOR_8;
  } else if (reduction >= 4) {
    size_flag = cv::IMREAD_REDUCED_COLOR_4;
  } else if (reduction >= 2) {
    size_flag = cv::IMREAD_REDUCED_COLOR_2;
  }
  return size_flag | cv::IMREAD_IGNORE_ORIENTATION;
}

std::vector<uint8_t> without_metadata(Bytes png) {
  std::vector<uint8_t> kept(png.begin(), png.begin() + 8);
  visit_png_chunks(png, [&](uint32_t type, Bytes, Bytes whole) {
    if (bears_pixels(type)) kept.insert(kept.end(), whole.begin(), whole.end());
  });
  return kept;
}

cv::Mat turn_upright(const cv::Mat& picture, int orientation) {
  // EXIF: 2 mirrored, 3 upside down, 4 both; 5 to 8 the same four with rows and columns exchanged.
  constexpr int kBothAxes = -1;
  constexpr int kTopToBottom = 0;
  constexpr int kLeftToRight = 1;
  cv::Mat upright;
  if (orientation >= 5) {
    cv::transpose(picture, upright);
  } else {
    upright = picture;
  }
  switch (orientation) {
    case 2:
    case 6:
      cv::flip(upright, upright, kLeftToRight);
      break;
    case 3:
    case 7:
      cv::flip(upright, upright, kBothAxes);
      break;
    case 4:
    case 8:
      cv::flip(upright, upright, kTopToBottom);
      break;
    default:
      break;
  }
  return upright;
}

cv::Mat lay_over(const cv::Mat& picture, const std::array<uint8_t, 3>& background) {
  cv::Mat opaque(picture.size(), CV_8UC3);
  for (int y = 0; y < picture.rows; ++y) {
    const auto* from = picture.ptr<cv::Vec4b>(y);
    auto* to = opaque.ptr<cv::Vec3b>(y);
    for (int x = 0; x < picture.cols; ++x) {
      const int alpha = from[x][3];
      for (int c = 0; c < 3; ++c) {
        const int below = background[static_cast<size_t>(2 - c)];
        to[x][c] = static_cast<uint8_t>((from[x][c] * alpha + below * (255 - alpha) + 127) / 255);
      }
    }
  }
  return opaque;
}

cv::Mat decode_as_stored(Bytes file, int64_t side) {
  const PictureHeader header = read_picture_header(file);
  const bool png = header.format == PictureFormat::png;
  const int flags = header.format == PictureFormat::jpeg ? jpeg_flags(header, side) : cv::IMREAD_UNCHANGED;
  const std::vector<uint8_t> cleaned = png ? without_metadata(file) : std::vector<uint8_t>();
  const Bytes wanted = png ? Bytes(cleaned) : file;
  // imdecode takes no const data, and does not change it.
  const cv::Mat encoded(1, static_cast<int>(wanted.size()), CV_8U, const_cast<uint8_t*>(wanted.data()));
  return turn_upright(cv::imdecode(encoded, flags), header.orientation);
}

}  // namespace

cv::Mat decode_picture(Bytes file, int64_t side) {
  cv::Mat picture;
  try {
    picture = decode_as_stored(file, side);
  } catch (const cv::Exception&) {
    throw DataError("cannot be decoded");
  } catch (const std::bad_alloc&) {
    throw PassingFault("is too large for memory");
  }
  if (picture.empty()) throw DataError("cannot be decoded");
  if (picture.depth() == CV_16U) picture.convertTo(picture, CV_8U, 1.0 / 257);
  const int channels = picture.channels();
  if (picture.depth() != CV_8U || (channels != 1 && channels != 3 && channels != 4)) {
    throw DataError("has samples that are neither 8 nor 16 bits of grey or color");
  }
  return picture;
}

cv::Mat resize_square(const cv::Mat& picture, int64_t size) {
  const int side = static_cast<int>(size);
  if (picture.rows == side) return picture;
  cv::Mat resized;
  cv::resize(picture, resized, cv::Size(side, side), 0, 0,
             picture.rows > side ? cv::INTER_AREA : cv::INTER_CUBIC);
  return resized;
}

cv::Mat fit_picture(const cv::Mat& picture, int64_t size, int64_t channels,
                    const std::array<uint8_t, 3>& background) {
  const int side = std::min(picture.rows, picture.cols);
  cv::Mat square = picture(cv::Rect((picture.cols - side) / 2, (picture.rows - side) / 2, side, side));
  if (square.channels() == 4) square = lay_over(square, background);
  square = resize_square(square, size);
  cv::Mat fitted;
  if (square.channels() == channels && channels == 1) {
    fitted = square;
  } else if (channels == 1) {
    cv::cvtColor(square, fitted, cv::COLOR_BGR2GRAY);
  } else {
    cv::cvtColor(square, fitted, square.channels() == 1 ? cv::COLOR_GRAY2RGB : cv::COLOR_BGR2RGB);
  }
  return fitted;
}

}  // namespace ganwright
