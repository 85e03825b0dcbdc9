#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "models/options.h"

namespace ganwright {

/// The shape of a pair with `width_factor` times the heads of `options`, each of the same size, and `depth`
/// blocks. Throws ModelError, with one line that says what to give instead, where nothing would grow, where
/// a limit is exceeded, and for a depth at which no pair computes what the smaller one does: blocks are
/// added so that every read-out (tap_depths) still finds the tokens that it found before and every old block
/// reads in its direction, which some depths do not allow.
ModelOptions grown(const ModelOptions& options, int64_t width_factor, int64_t depth);

/// How the blocks of a network grow.
struct GrownDepth {
  /// For each block the one that it comes from; none: a new block.
  std::vector<std::optional<int64_t>> blocks;
  /// For each read-out the one that it comes from, which finds the same tokens.
  std::vector<int64_t> taps;

  /// How many read-outs come from this one.
  [[nodiscard]] int64_t heirs_of(int64_t tap) const;
};

/// The growth of the generator's or the discriminator's depth from the shape `from` to `depth` blocks: as
/// even as read-outs and directions allow. Throws ModelError as `grown`.
GrownDepth grown_generator_depth(const ModelOptions& from, int64_t depth);
GrownDepth grown_discriminator_depth(const ModelOptions& from, int64_t depth);

}  // namespace ganwright
