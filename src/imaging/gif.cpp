#include "imaging/gif.h"

#include <gif_lib.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <string>

#include "errors.h"

namespace ganwright {
namespace {

constexpr int kColors = 256;

void require(bool done, int error = 0) {
  if (!done) {
    const char* const reason = GifErrorString(error);
    throw WriteError(std::string("GIF encoding failed (") + (reason != nullptr ? reason : "unknown reason") +
                     "); choose fewer or smaller pictures");
  }
}

// Pixels from all over the frames, at most `most` of them: float32 [count, 3].
cv::Mat sampled_pixels(const std::vector<cv::Mat>& frames, int64_t most) {
  const int64_t per_frame = frames.front().rows * static_cast<int64_t>(frames.front().cols);
  const int64_t total = per_frame * static_cast<int64_t>(frames.size());
  const int64_t count = std::max<int64_t>(kColors, std::min(most, total));
  cv::Mat pixels(static_cast<int>(count), 3, CV_32F);
  for (int64_t i = 0; i < count; ++i) {
    const int64_t at = static_cast<int64_t>(static_cast<double>(i) * static_cast<double>(total) /
                                            static_cast<double>(count));
    const cv::Mat& frame = frames[static_cast<size_t>(at / per_frame)];
    const int64_t place = at % per_frame;
    const auto& color =
        frame.at<cv::Vec3b>(static_cast<int>(place / frame.cols), static_cast<int>(place % frame.cols));
    for (int channel = 0; channel < 3; ++channel) {
      pixels.at<float>(static_cast<int>(i), channel) = color[channel];
    }
  }
  return pixels;
}

// The centers of the colors that occur: BGR, float32 [kColors, 3].
cv::Mat chosen_colors(const std::vector<cv::Mat>& frames) {
  constexpr int64_t most_pixels = 20'000;
  cv::Mat labels;
  cv::Mat centers;
  // So that the same pictures make the same file.
  cv::setRNGSeed(0);
  cv::kmeans(sampled_pixels(frames, most_pixels), kColors, labels,
             cv::TermCriteria(cv::TermCriteria::COUNT, 8, 0), 1, cv::KMEANS_PP_CENTERS, centers);
  return centers;
}

// The place among `colors` of the one nearest to each color of 5 bits a channel.
std::vector<uint8_t> nearest_colors(const cv::Mat& colors) {
  std::vector<uint8_t> nearest(size_t{1} << 15U);
  for (size_t i = 0; i < nearest.size(); ++i) {
    const cv::Vec3f color(static_cast<float>((i >> 10U) * 8 + 4), static_cast<float>((i >> 5U) % 32 * 8 + 4),
                          static_cast<float>(i % 32 * 8 + 4));
    float best = std::numeric_limits<float>::infinity();
    for (int k = 0; k < kColors; ++k) {
      const auto* center = colors.ptr<float>(k);
      const cv::Vec3f difference = color - cv::Vec3f(center[0], center[1], center[2]);
      const float distance = difference.dot(difference);
      if (distance < best) {
        best = distance;
        nearest[i] = static_cast<uint8_t>(k);
      }
    }
  }
  return nearest;
}

// How frames become places in a palette.
struct Palette {
  std::array<GifColorType, kColors> colors{};
  std::vector<uint8_t> nearest;  // empty for grey frames, whose pixels are places already

  [[nodiscard]] cv::Mat places(const cv::Mat& frame) const {
    if (nearest.empty()) {
      return frame;
    }
    cv::Mat result(frame.size(), CV_8UC1);
    for (int row = 0; row < frame.rows; ++row) {
      for (int column = 0; column < frame.cols; ++column) {
        const auto& color = frame.at<cv::Vec3b>(row, column);
        const size_t key = static_cast<size_t>(color[0] / 8) << 10U |
                           static_cast<size_t>(color[1] / 8) << 5U | static_cast<size_t>(color[2] / 8);
        result.at<uint8_t>(row, column) = nearest[key];
      }
    }
    return result;
  }
};

Palette palette_of(const std::vector<cv::Mat>& frames) {
  Palette palette;
  if (frames.front().channels() == 1) {
    for (size_t i = 0; i < kColors; ++i) {
      const auto grey = static_cast<GifByteType>(i);
      palette.colors[i] = {grey, grey, grey};
    }
    return palette;
  }
  const cv::Mat centers = chosen_colors(frames);
  for (int i = 0; i < kColors; ++i) {
    const auto* center = centers.ptr<float>(i);
    const auto byte = [](float value) { return static_cast<GifByteType>(std::lround(value)); };
    palette.colors[static_cast<size_t>(i)] = {byte(center[2]), byte(center[1]), byte(center[0])};
  }
  palette.nearest = nearest_colors(centers);
  return palette;
}

int append_bytes(GifFileType* file, const GifByteType* bytes, int count) {
  auto* const out = static_cast<std::vector<std::byte>*>(file->UserData);
  const auto* const begin = reinterpret_cast<const std::byte*>(bytes);
  out->insert(out->end(), begin, begin + count);
  return count;
}

void close_gif(GifFileType* file) {
  EGifCloseFile(file, nullptr);
}

// The application extension that browsers take for "again and again".
void put_endless_loop(GifFileType* file) {
  constexpr std::array<GifByteType, 3> endless = {1, 0, 0};
  require(EGifPutExtensionLeader(file, APPLICATION_EXT_FUNC_CODE) == GIF_OK &&
              EGifPutExtensionBlock(file, 11, "NETSCAPE2.0") == GIF_OK &&
              EGifPutExtensionBlock(file, static_cast<int>(endless.size()), endless.data()) == GIF_OK &&
              EGifPutExtensionTrailer(file) == GIF_OK,
          file->Error);
}

void put_frame(GifFileType* file, const cv::Mat& places, int hundredths) {
  GraphicsControlBlock control{};
  control.DisposalMode = DISPOSE_DO_NOT;
  control.DelayTime = hundredths;
  control.TransparentColor = NO_TRANSPARENT_COLOR;
  std::array<GifByteType, 4> block{};
  const auto size = static_cast<int>(EGifGCBToExtension(&control, block.data()));
  require(EGifPutExtension(file, GRAPHICS_EXT_FUNC_CODE, size, block.data()) == GIF_OK &&
              EGifPutImageDesc(file, 0, 0, places.cols, places.rows, false, nullptr) == GIF_OK,
          file->Error);
  cv::Mat pixels = places.clone();
  for (int row = 0; row < pixels.rows; ++row) {
    require(EGifPutLine(file, pixels.ptr<GifPixelType>(row), pixels.cols) == GIF_OK, file->Error);
  }
}

}  // namespace

std::vector<std::byte> encode_gif(const Animation& animation) {
  const Palette palette = palette_of(animation.frames);
  const std::unique_ptr<ColorMapObject, decltype(&GifFreeMapObject)> colors(
      GifMakeMapObject(kColors, palette.colors.data()), GifFreeMapObject);
  std::vector<std::byte> bytes;
  int error = 0;
  std::unique_ptr<GifFileType, decltype(&close_gif)> file(EGifOpen(&bytes, append_bytes, &error), close_gif);
  require(colors && file, error);
  EGifSetGifVersion(file.get(), true);
  const cv::Size size = animation.frames.front().size();
  require(EGifPutScreenDesc(file.get(), size.width, size.height, 8, 0, colors.get()) == GIF_OK, file->Error);
  put_endless_loop(file.get());
  const auto hundredths = static_cast<int>(std::lround(100 / animation.frames_per_second));
  for (const cv::Mat& frame : animation.frames) {
    put_frame(file.get(), palette.places(frame), hundredths);
  }
  require(EGifCloseFile(file.release(), &error) == GIF_OK, error);
  return bytes;
}

}  // namespace ganwright
