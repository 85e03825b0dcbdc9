#pragma once

#include <torch/types.h>

#include <filesystem>

#include "evaluation/features.h"

namespace ganwright {

/// features_of, kept in the folder `cache` for the next call with the same extractor and pictures, whose
/// content is compared: a file that is anything but what was written for them counts as none. Files appear
/// whole or not at all, the 16 newest stay, and one that cannot be kept is a line in the log. An empty
/// `cache`: nowhere. Throws what features_of throws.
torch::Tensor cached_features(const std::filesystem::path& cache, const FeatureExtractor& extractor,
                              const torch::Tensor& pixels, const ProgressCallback& progress = {},
                              const InterruptCheck& interrupted = {});

}  // namespace ganwright
