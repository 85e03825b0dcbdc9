#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ganwright {

/// A picture that is part of the page's file.
struct EmbeddedPicture {
  std::string url;  ///< a data URL
  int width = 0;    ///< in pixels
  int height = 0;   ///< in pixels
};

/// A grey or BGR picture as a lossless PNG.
EmbeddedPicture embed(const cv::Mat& picture);

/// The picture of a PNG file held in memory, as it was stored. Throws DataError with the bare reason for one
/// that is damaged or has more than 2^27 pixels.
cv::Mat decoded_png(const std::vector<uint8_t>& bytes);

/// A PNG file of a run: unchanged if it is small, otherwise as a JPEG with sides of at most 1024 pixels.
/// Throws DataError if it cannot be read, or is a symbolic link, which may lead out of the run.
EmbeddedPicture embed_file(const std::filesystem::path& png);

/// Sample grids of a run over time.
struct GridHistory {
  std::vector<std::pair<int64_t, EmbeddedPicture>> grids;  ///< by increasing step
  int64_t found = 0;       ///< files in the folder, of which `grids` is a selection
  int64_t unreadable = 0;  ///< files of the selection that were skipped
};

/// The grids in a folder samples/: at most `most_grids` and `most_bytes` of data URLs, spread evenly, with
/// the first and the last one. The newest grid is always there.
GridHistory read_grids(const std::filesystem::path& samples, int64_t most_grids, int64_t most_bytes);

}  // namespace ganwright
