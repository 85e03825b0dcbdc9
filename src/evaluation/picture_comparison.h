#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "data/dataset.h"
#include "data/parallel.h"
#include "evaluation/estimate.h"
#include "evaluation/sliced_wasserstein.h"
#include "models/generator.h"
#include "training/device.h"

namespace ganwright {

/// Pictures with their features, on the CPU.
struct PictureSet {
  torch::Tensor pixels;    ///< uint8 [N, C, S, S]
  torch::Tensor features;  ///< float32 [N, d]

  /// N.
  [[nodiscard]] int64_t count() const { return pixels.size(0); }
  /// Pictures start to start + length - 1.
  [[nodiscard]] PictureSet part(int64_t start, int64_t length) const;
};

/// The fewest real pictures that can be compared: two halves of two.
constexpr int64_t kFewestReals = 4;

/// Throws DataError, which names the folder `name`, for fewer pictures than kFewestReals.
void require_comparable(int64_t count, const std::string& name);

/// Every metric of two sets of at least 2 pictures each: frechet_distance, kernel_distance, precision,
/// recall, density, coverage of their features in float64, and sliced_wasserstein with its levels, of their
/// pixels. `done_one` is called after each of the four computations.
std::vector<NamedEstimate> compare_pictures(const PictureSet& real, const PictureSet& generated,
                                            const PatchDistanceOptions& patches, const Device& device,
                                            const std::function<void()>& done_one = {});

/// How often compare_pictures calls `done_one`.
constexpr int kComputationsOfComparison = 4;

/// A random sample of `count` pictures in random order, so that each part of it is a random sample too; the
/// same on every call for a data set of the same size. uint8 [count, C, S, S].
torch::Tensor chosen_pictures(const Dataset& dataset, int64_t count);

/// `count` classes in the proportions of `labels`, int64 [N], in random order: int64 [count].
torch::Tensor labels_in_proportion(const torch::Tensor& labels, int64_t count);

/// The pictures that a generator makes of latents [count, latent] and labels [count] (undefined if it is
/// unconditional), as bytes: uint8 [count, C, S, S]. Throws Interrupted.
torch::Tensor drawn_pictures(Generator generator, const torch::Tensor& latents, const torch::Tensor& labels,
                             const Device& device, const ProgressCallback& progress = {},
                             const InterruptCheck& interrupted = {});

}  // namespace ganwright
