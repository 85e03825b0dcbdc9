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
  /// Count and hash of the pictures' paths below the folder, and hash of their pixels with the version of
  /// what decoded them: same_pictures compares it.
  std::string fingerprint;
};

/// How far two fingerprints agree.
enum class Sameness {
  same,       ///< the names and the pixels
  unknown,    ///< the names; the pixels were decoded otherwise, or one is of a version that did not look at
              ///< them
  different,  ///< other names or other pixels
};

/// Compares fingerprints of data sets of the same size and channels.
Sameness compare_fingerprints(const std::string& one, const std::string& other);

}  // namespace ganwright
