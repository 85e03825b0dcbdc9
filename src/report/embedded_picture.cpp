#include "report/embedded_picture.h"

#include <algorithm>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <system_error>

#include "data/picture_header.h"
#include "errors.h"
#include "files/bytes.h"
#include "files/run_directory.h"
#include "report/html.h"

namespace ganwright {
namespace {

constexpr uint64_t kSmall = 160 << 10;
constexpr uint64_t kLargestPng = uint64_t{1} << 30;
constexpr int kLongestSide = 1024;
constexpr int kJpegQuality = 88;

EmbeddedPicture encoded(const cv::Mat& picture, const std::string& ending, const std::string& type,
                        const std::vector<int>& parameters = {}) {
  std::vector<uint8_t> bytes;
  cv::imencode(ending, picture, bytes, parameters);
  return {data_url(type, bytes), picture.cols, picture.rows};
}

cv::Mat shrunk(const cv::Mat& picture) {
  const double factor = static_cast<double>(kLongestSide) / std::max(picture.cols, picture.rows);
  if (factor >= 1) {
    return picture;
  }
  cv::Mat small;
  cv::resize(picture, small, cv::Size(), factor, factor, cv::INTER_AREA);
  return small;
}

// `count` of them at equal distances, the last one always.
template <class Item>
std::vector<Item> evenly_thinned(const std::vector<Item>& items, int64_t count) {
  const auto last = static_cast<int64_t>(items.size()) - 1;
  if (last < count) {
    return items;
  }
  std::vector<Item> kept;
  for (int64_t i = 1; i < count; ++i) {
    kept.push_back(items[static_cast<size_t>((i - 1) * last / (count - 1))]);
  }
  kept.push_back(items.back());
  return kept;
}

int64_t bytes_of(const GridHistory& history) {
  int64_t bytes = 0;
  for (const auto& [step, picture] : history.grids) {
    bytes += static_cast<int64_t>(picture.url.size());
  }
  return bytes;
}

}  // namespace

EmbeddedPicture embed(const cv::Mat& picture) {
  return encoded(picture, ".png", "image/png");
}

cv::Mat decoded_png(const std::vector<uint8_t>& bytes) {
  // Throws for one that speaks of more pixels than a screen could ever show, before they take memory.
  read_picture_header(bytes);
  cv::Mat picture;
  try {
    picture = cv::imdecode(bytes, cv::IMREAD_UNCHANGED);
  } catch (const cv::Exception&) {
    // Told below, as a picture that OpenCV refuses without one.
  }
  if (picture.empty()) {
    throw DataError("is not a picture");
  }
  return picture;
}

EmbeddedPicture embed_file(const std::filesystem::path& png) {
  std::error_code ignored;
  if (std::filesystem::is_symlink(png, ignored)) {
    throw DataError(png.string() + " is a symbolic link");
  }
  const std::vector<uint8_t> bytes = read_file(png, kLargestPng);
  cv::Mat picture;
  try {
    picture = decoded_png(bytes);
  } catch (const DataError& error) {
    throw DataError(png.string() + ": " + error.what());
  }
  if (bytes.size() <= kSmall) {
    return {data_url("image/png", bytes), picture.cols, picture.rows};
  }
  return encoded(shrunk(picture), ".jpg", "image/jpeg", {cv::IMWRITE_JPEG_QUALITY, kJpegQuality});
}

GridHistory read_grids(const std::filesystem::path& samples, int64_t most_grids, int64_t most_bytes) {
  const std::vector<StepFile> found = step_files(samples, kSampleGridEnding);
  GridHistory history;
  history.found = static_cast<int64_t>(found.size());
  for (const auto& [step, path] : evenly_thinned(found, most_grids)) {
    try {
      history.grids.emplace_back(step, embed_file(path));
    } catch (const DataError&) {
      ++history.unreadable;
    }
  }
  while (history.grids.size() > 1 && bytes_of(history) > most_bytes) {
    history.grids = evenly_thinned(history.grids, static_cast<int64_t>(history.grids.size()) * 3 / 4);
  }
  return history;
}

}  // namespace ganwright
