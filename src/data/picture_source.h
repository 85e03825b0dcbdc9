#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace ganwright {

enum class ImportSplit { train, test, all };

/// Pictures of some other format, checked and held in memory, ready to be written as files.
struct PictureSource {
  std::string format;                ///< what a person calls it, such as "MNIST"
  std::vector<std::string> classes;  ///< names fit for folders
  std::vector<int64_t> labels;       ///< of each picture, an index into `classes`
  std::vector<std::string> names;    ///< of each picture's file, without extension, all different
  /// The i-th picture: 8 bits, grey, BGR or BGRA. May be called from several threads.
  std::function<cv::Mat(int64_t)> picture;
};

}  // namespace ganwright
