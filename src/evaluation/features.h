#pragma once

#include <torch/types.h>

#include <filesystem>
#include <functional>
#include <string>

#include "data/parallel.h"
#include "training/device.h"

namespace ganwright {

/// Turns pictures into the numbers that sets of them are compared by.
struct FeatureExtractor {
  std::string name;  ///< "random", or the name of the file
  std::string key;   ///< two extractors of one key compute the same
  /// uint8 [n, 3, S, S] on the CPU to [n, d].
  std::function<torch::Tensor(const torch::Tensor& pixels)> compute;
};

/// A convolution stack whose weights are drawn once and for all, the same on every machine: four layers of 64
/// channels with 3 x 3 kernels and leaky ReLU, the side halved after each, pictures above 64 pixels averaged
/// down to 64 first. The features are the means of the 64 channels of each layer, 256 in all. They need no
/// download and tell sets apart (Naeem et al. 2020, section 4), but no number of theirs compares with a
/// published one.
FeatureExtractor random_features(const Device& device);

/// A TorchScript file. It gets uint8 [n, 3, S, S] and, where its forward has such an argument,
/// return_features=True, as the Inception of the StyleGAN papers wants it. Code in the file runs: take it
/// from somebody you trust. Throws UsageError for a file that is none.
FeatureExtractor torchscript_features(const std::filesystem::path& path, const Device& device);

/// Features of pictures, uint8 [N, C, S, S]; grey ones are repeated in three channels. float32 [N, d] on the
/// CPU. Throws UsageError where the extractor fails or returns anything but finite [n, d], Interrupted.
torch::Tensor features_of(const FeatureExtractor& extractor, const torch::Tensor& pixels,
                          const ProgressCallback& progress = {}, const InterruptCheck& interrupted = {});

}  // namespace ganwright
