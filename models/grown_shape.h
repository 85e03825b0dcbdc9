#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/options.h"

namespace ganwright {

/// For each block of a deeper network the one that it comes from; none: a new one.
using BlockSources = std::vector<std::optional<int64_t>>;

/// Where the blocks of the generator and of the discriminator stand once `added` new ones are spread evenly
/// between them. Every old block reads in the direction that it read in: under alternating-layers attention
/// new blocks come in pairs, and an odd one comes last in the generator, whose directions count from the
/// first block, and first in the discriminator, whose directions count from the last.
BlockSources grown_generator_blocks(const ModelOptions& from, int64_t added);
BlockSources grown_discriminator_blocks(const ModelOptions& from, int64_t added);

/// The shape of a pair with `width_factor` times the heads of `options`, each of the same size, and `added`
/// blocks more. It is read out after the blocks that it was read out after, and the new ones behind these.
/// Throws ModelError, with one line that says what to give instead, where nothing would grow, or where a
/// limit is exceeded.
ModelOptions grown(const ModelOptions& options, int64_t width_factor, int64_t added);

}  // namespace ganwright
