#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ganwright {

/// A picture inside a page.
struct EmbeddedPicture {
  std::string url;  ///< a data URL
  int width = 0;
  int height = 0;
};

/// A grey or BGR picture as PNG, pixel by pixel.
EmbeddedPicture embed(const cv::Mat& picture);

/// A PNG file of a run: as it is where it is small, as JPEG of at most 1024 pixels a side otherwise. Throws
/// DataError where it cannot be read.
EmbeddedPicture embed_file(const std::filesystem::path& png);

/// Sample grids over time, by their steps.
struct GridHistory {
  std::vector<std::pair<int64_t, EmbeddedPicture>> grids;  ///< steps rise
  int64_t found = 0;                                       ///< of which these were taken
  int64_t unreadable = 0;
};

/// The grids in a folder samples/, at most `most_grids` and `most_bytes` of data URLs, but the newest one in
/// any case: evenly thinned out, with the first and the last.
GridHistory read_grids(const std::filesystem::path& samples, int64_t most_grids, int64_t most_bytes);

}  // namespace ganwright
