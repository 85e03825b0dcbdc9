#pragma once

#include <torch/types.h>

#include <filesystem>

#include "evaluation/features.h"

namespace ganwright {

/// features_of, cached in the folder `cache`/features for the next call with the same extractor and the same
/// pixels. A file that is not exactly what was written for them is ignored. Files appear complete or not at
/// all; the 16 newest are kept, and others are removed only where their name and their content are those of
/// such files; a file that cannot be written is a line in the log. An empty `cache` means no cache. Throws
/// what features_of throws.
torch::Tensor cached_features(const std::filesystem::path& cache, const FeatureExtractor& extractor,
                              const torch::Tensor& pixels, const ProgressCallback& progress = {},
                              const InterruptCheck& interrupted = {});

}  // namespace ganwright
