#pragma once

#include <torch/types.h>

#include <cstdint>
#include <string>
#include <vector>

namespace ganwright {

/// Pictures of one size with their classes, in memory or mapped from a file.
struct Dataset {
  torch::Tensor pixels;              ///< uint8 [N, channels, size, size], RGB order or grey, on the CPU
  torch::Tensor labels;              ///< int64 [N], indices into `classes`
  std::vector<std::string> classes;  ///< sorted; each has at least one picture
  std::vector<std::string> paths;    ///< of each picture, in the order of `pixels`
  int64_t unreadable = 0;            ///< pictures that were found but left out
  /// Count and hash of the pictures' paths below the folder: equal for folders of equal names, wherever they
  /// lie.
  std::string fingerprint;
};

}  // namespace ganwright
