#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "models/options.h"
#include "models/positions.h"

namespace ganwright {

/// How rotary positions meet a picture of more (or fewer) patches than a pair was trained on, along each axis
/// by its own stretch s:
/// - none: positions are extrapolated;
/// - interpolation: positions shrink to the range of the trained ones (Chen et al. 2023, "Extending Context
///   Window of Large Language Models via Positional Interpolation");
/// - ntk: the base grows so that the slowest pair of an axis turns 1 / s as fast and the fastest as before;
/// - yarn: pairs that turned often in a trained picture stay, those that turned less than once slow down to
///   1 / s, with a ramp between (Peng et al. 2023, "YaRN").
/// The last three also scale queries and keys by the root of log_n_scale, which stands in for the temperature
/// of YaRN's paper.
enum class Resize { none, interpolation, ntk, yarn };

/// Each method by the name that a user gives it.
constexpr std::array<std::pair<std::string_view, Resize>, 4> resize_names{
    {{"none", Resize::none},
     {"interpolation", Resize::interpolation},
     {"ntk", Resize::ntk},
     {"yarn", Resize::yarn}}};

/// rotary_frequencies of an axis that was `extent` positions long in training and is `stretch` times as long
/// now: [head_size / 4], float64. With d = head_size / 2, the numbers of an axis:
/// - ntk: base 100 s^(d / (d - 2)), which head_size 4 has none of;
/// - yarn: (g + (1 - g) / s) w_t, where g rises from 0 to 1 as the turns extent * w_t / (2 pi) go from 1
/// to 4.
///   (The paper's end of 32 is for texts of thousands of tokens; no axis of a picture has so many turns.)
/// - none, interpolation: as they are.
torch::Tensor resized_frequencies(Resize method, int64_t head_size, double extent, double stretch);

/// max(1, log n / log n_trained): keeps the entropy of attention over n tokens near that over as many as were
/// trained (Su 2021).
double log_n_scale(int64_t tokens, int64_t trained_tokens);

/// The rotary_table of a network of this shape, `leading` tokens and a picture of `grid` patches: [leading +
/// rows * columns, heads, head_size / 2, 2], float64. Stretches are those of columns and of rows; of
/// rope_tie's extent wh + 1 on both axes; 1 where positions are normalized or learned. Queries and keys both
/// carry the root of log_n_scale. At the trained size all methods are alike, bit for bit. Throws ModelError
/// for `ntk` where head_size is 4.
torch::Tensor position_table(const ModelOptions& options, int64_t leading, const PatchGrid& grid,
                             Resize method = Resize::none);

/// Vectors of patches [from.count(), width], bilinearly resized to [to.count(), width]; patch centers stay
/// where they are in the picture. The same tensor where nothing changes.
torch::Tensor resized_places(const torch::Tensor& places, const PatchGrid& from, const PatchGrid& to);

}  // namespace ganwright
