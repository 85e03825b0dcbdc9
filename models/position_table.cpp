#include "models/position_table.h"

#include <ATen/Functions.h>

#include <algorithm>
#include <cmath>
#include <numbers>

#include "models/model_error.h"
#include "models/rotary.h"

namespace ganwright {
namespace {

// Of columns and of rows.
using Axes = std::array<double, 2>;

Axes extent_of(PositionScheme scheme, const PatchGrid& grid) {
  switch (scheme) {
    case PositionScheme::rotary:
      return {static_cast<double>(grid.columns), static_cast<double>(grid.rows)};
    case PositionScheme::rope_tie:
      return {static_cast<double>(grid.count() + 1), static_cast<double>(grid.count() + 1)};
    case PositionScheme::normalized:
    case PositionScheme::learned:
      break;
  }
  return {1, 1};
}

torch::Tensor positions_of(const ModelOptions& options, int64_t leading, const PatchGrid& grid) {
  switch (options.positions) {
    case PositionScheme::rotary:
      return rotary_positions(leading, grid);
    case PositionScheme::rope_tie:
      return rope_tie_positions(leading, grid);
    case PositionScheme::normalized: {
      const int64_t size = options.positions_size > 0 ? options.positions_size : options.size;
      return normalized_positions(leading, grid,
                                  static_cast<double>(size) / static_cast<double>(options.patch));
    }
    case PositionScheme::learned:
      break;
  }
  return torch::zeros({leading + grid.count(), 2}, torch::kDouble);
}

// Of the patches, measured from where the picture begins; tokens before it stay.
torch::Tensor interpolated(const torch::Tensor& positions, PositionScheme scheme, int64_t leading,
                           const Axes& stretch) {
  const auto start = static_cast<double>(scheme == PositionScheme::rope_tie ? leading : 0);
  const auto patches = positions.slice(0, leading);
  const auto shrunk = start + (patches - start) / torch::tensor({stretch[0], stretch[1]}, torch::kDouble);
  return torch::cat({positions.slice(0, 0, leading), shrunk});
}

}  // namespace

torch::Tensor resized_frequencies(Resize method, int64_t head_size, double extent, double stretch) {
  const auto numbers_of_axis = static_cast<double>(head_size / 2);
  if (method == Resize::ntk) {
    if (head_size == 4) {
      throw ModelError(
          "ntk has no slower pair to stretch in heads of 4 numbers: choose another method, such as yarn");
    }
    return rotary_frequencies(head_size, 100 * std::pow(stretch, numbers_of_axis / (numbers_of_axis - 2)));
  }
  const auto frequencies = rotary_frequencies(head_size);
  if (method != Resize::yarn) {
    return frequencies;
  }
  constexpr double enough_turns = 4;
  const auto turns = frequencies * (extent / (2 * std::numbers::pi));
  const auto slowed = 1 - ((turns - 1) / (enough_turns - 1)).clamp(0, 1);
  return frequencies * (1 - slowed * (1 - 1 / stretch));
}

double log_n_scale(int64_t tokens, int64_t trained_tokens) {
  return tokens > trained_tokens
             ? std::log(static_cast<double>(tokens)) / std::log(static_cast<double>(trained_tokens))
             : 1.0;
}

torch::Tensor position_table(const ModelOptions& options, int64_t leading, const PatchGrid& grid,
                             Resize method) {
  const PatchGrid trained = patch_grid(options);
  const Axes extent = extent_of(options.positions, trained);
  const Axes now = extent_of(options.positions, grid);
  const Axes stretch{now[0] / extent[0], now[1] / extent[1]};
  auto positions = positions_of(options, leading, grid);
  if (method == Resize::interpolation) {
    positions = interpolated(positions, options.positions, leading, stretch);
  }
  const int64_t head_size = options.width / options.heads;
  const auto frequencies = torch::stack({resized_frequencies(method, head_size, extent[0], stretch[0]),
                                         resized_frequencies(method, head_size, extent[1], stretch[1])});
  const auto table = rotary_table(positions, frequencies, options.heads);
  // The product of a query and a key has it whole, whichever of them carries how much of it.
  return method == Resize::none
             ? table
             : table * std::sqrt(log_n_scale(leading + grid.count(), leading + trained.count()));
}

torch::Tensor resized_places(const torch::Tensor& places, const PatchGrid& from, const PatchGrid& to) {
  if (from == to) {
    return places;
  }
  const auto picture = places.t().reshape({1, places.size(1), from.rows, from.columns});
  return at::upsample_bilinear2d(picture, {to.rows, to.columns}, /*align_corners=*/false)
      .flatten(2)
      .squeeze(0)
      .t();
}

}  // namespace ganwright
