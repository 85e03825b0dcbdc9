#pragma once

#include <cstdint>
#include <functional>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

namespace ganwright {

/// Which part of a data set is imported.
enum class ImportSplit {
  train,  ///< its training pictures
  test,   ///< its test pictures
  all     ///< both
};

/// Pictures of another format, ready to be written as files.
struct PictureSource {
  std::string format;                ///< its usual name, such as "MNIST"
  std::vector<std::string> classes;  ///< valid folder names
  std::vector<int64_t> labels;       ///< of each picture, an index into `classes`
  std::vector<std::string> names;    ///< of each picture's file, without extension, all different
  /// The i-th picture: 8 bits, grey, BGR or BGRA. May be called from several threads, once for each picture
  /// and nearly in their order. Throws DataError where what it is read from is found damaged.
  std::function<cv::Mat(int64_t)> picture;
};

}  // namespace ganwright
