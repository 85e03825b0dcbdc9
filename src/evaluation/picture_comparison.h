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

/// Pictures, uint8 [N, C, S, S], with their features, float32 [N, d], on the CPU.
struct PictureSet {
  torch::Tensor pixels;
  torch::Tensor features;

  [[nodiscard]] int64_t count() const { return pixels.size(0); }
  [[nodiscard]] PictureSet part(int64_t start, int64_t length) const;
};

/// Real pictures that a comparison takes: two halves of two.
constexpr int64_t kFewestReals = 4;

/// Throws DataError, which calls the folder `name`, where its pictures are fewer.
void require_comparable(int64_t count, const std::string& name);

/// Every metric of two sets of at least 2 pictures each: frechet_distance, kernel_distance, precision,
/// recall, density, coverage of their features in float64, and sliced_wasserstein with its levels, of their
/// pixels. `done_one` is called after each of the four computations.
std::vector<NamedEstimate> compare_pictures(const PictureSet& real, const PictureSet& generated,
                                            const PatchDistanceOptions& patches, const Device& device,
                                            const std::function<void()>& done_one = {});

constexpr int kComputationsOfComparison = 4;

/// `count` of the pictures, the same on every call for equal pictures, in random order: any part of them is a
/// fair sample. uint8 [count, C, S, S].
torch::Tensor chosen_pictures(const Dataset& dataset, int64_t count);

/// `count` classes in the proportions of `labels`, int64 [N], in random order: int64 [count].
torch::Tensor labels_in_proportion(const torch::Tensor& labels, int64_t count);

/// Pictures of a generator as they would be written to files, uint8 [count, C, S, S], for latents [count,
/// latent] and labels [count] (undefined for an unconditional one). Throws Interrupted.
torch::Tensor drawn_pictures(Generator generator, const torch::Tensor& latents, const torch::Tensor& labels,
                             const Device& device, const ProgressCallback& progress = {},
                             const InterruptCheck& interrupted = {});

}  // namespace ganwright
