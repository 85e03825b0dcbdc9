#pragma once

#include <torch/types.h>

#include <functional>

#include "models/generator.h"

namespace ganwright {

/// Latents [count, latent] from a seed, the same on every machine and, as far as they go, for every count:
/// float32 on the CPU.
torch::Tensor latents_from_seed(int64_t count, int64_t latent, int64_t seed);

/// Classes for `count` pictures of a grid, those of one class side by side: int64 [count], or undefined
/// without classes.
torch::Tensor labels_for_grid(int64_t count, int64_t classes);

/// Hands pictures of a generator for latents [count, latent] and labels [count] (undefined for an
/// unconditional one) to `sink` in moderate batches, on the CPU.
void generate_each(Generator& generator, const torch::Tensor& latents, const torch::Tensor& labels,
                   const torch::Device& device, const std::function<void(const torch::Tensor&)>& sink);

/// All of these pictures, [count, channels, size, size].
torch::Tensor generate(Generator& generator, const torch::Tensor& latents, const torch::Tensor& labels,
                       const torch::Device& device);

}  // namespace ganwright
