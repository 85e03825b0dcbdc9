#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace ganwright {

/// The patches of a picture.
struct PatchGrid {
  int64_t rows;
  int64_t columns;

  bool operator==(const PatchGrid&) const = default;

  /// Patches in all.
  [[nodiscard]] int64_t count() const { return rows * columns; }
};

/// Where rotary positions see the tokens of a network: `rotary` has patches at their column and row and the
/// tokens before them unturned; `rope_tie` has both on one scale; `normalized` has patches in [-1, 1],
/// whatever their number; `learned` turns nothing and leaves places to the vectors that are learned for them.
enum class PositionScheme { rotary, rope_tie, normalized, learned };

/// Each scheme by the name that a user gives it.
constexpr std::array<std::pair<std::string_view, PositionScheme>, 4> position_scheme_names{
    {{"rotary", PositionScheme::rotary},
     {"rope-tie", PositionScheme::rope_tie},
     {"normalized", PositionScheme::normalized},
     {"learned", PositionScheme::learned}}};

// Positions are (column, row) pairs of `leading` tokens without a place in the picture, followed by those of
// the patches in row order: [leading + rows * columns, 2], float64.

/// Patches at column 0, 1, ... and row 0, 1, ...; leading tokens at (0, 0), where they are not turned. To the
/// others they look like the patch at the upper left corner and are distinguished by their contents.
torch::Tensor rotary_positions(int64_t leading, const PatchGrid& grid);

/// Leading token n = 1, 2, ... at (n, n); after L of them the patch of row i and column j, from 1, at (L + j
/// t, L + i s) with s = (wh + 1) / (h + 1) and t = (wh + 1) / (w + 1) for a picture of h rows and w columns,
/// so that the token before the picture and one after it, at (L + wh + 1, L + wh + 1), are equally far from
/// it (Su 2024, "RoPE-Tie"). Without a picture, or with one of one patch, this is a sequence in one
/// dimension.
torch::Tensor rope_tie_positions(int64_t leading, const PatchGrid& grid);

/// Patches at side / 2 times the coordinates of their centers, which lie in (-1, 1) from one border of the
/// picture to the other: a picture of `side` rows and columns has neighbors one apart, as in
/// rotary_positions. Leading tokens at (0, 0), the center.
torch::Tensor normalized_positions(int64_t leading, const PatchGrid& grid, double side);

}  // namespace ganwright
