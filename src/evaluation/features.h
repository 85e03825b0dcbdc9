#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <string>

#include "data/parallel.h"
#include "training/device.h"

namespace ganwright {

/// Computes the features by which sets of pictures are compared.
struct FeatureExtractor {
  std::string name;  ///< "random", or the name of the file
  std::string key;   ///< extractors with equal keys compute the same features
  /// Maps uint8 [n, 3, S, S] on the CPU to [n, d].
  std::function<torch::Tensor(const torch::Tensor& pixels)> compute;
};

/// A convolutional network with fixed random weights, the same on every machine: four layers of 64 channels
/// with 3 x 3 kernels and leaky ReLU, each followed by halving the side; pictures above 64 pixels are first
/// averaged down to 64. The features are the means of the 64 channels of each layer, 256 in all. They need no
/// download and distinguish sets well (Naeem et al. 2020, section 4), but their values cannot be compared
/// with published ones.
FeatureExtractor random_features(const Device& device);

/// The network of a TorchScript file. It gets uint8 [n, 3, S, S] and, if its forward has such an argument,
/// return_features=True, as StyleGAN's Inception network expects. Code in the file is executed: use files you
/// trust. Throws UsageError for a file that is not TorchScript.
FeatureExtractor torchscript_features(const std::filesystem::path& path, const Device& device);

/// The features of pictures, uint8 [N, C, S, S], as float32 [N, d] on the CPU; grey pictures are repeated to
/// three channels. Throws UsageError if the extractor fails or returns anything but finite [n, d], and
/// Interrupted.
torch::Tensor features_of(const FeatureExtractor& extractor, const torch::Tensor& pixels,
                          const ProgressCallback& progress = {}, const InterruptCheck& interrupted = {});

}  // namespace ganwright
