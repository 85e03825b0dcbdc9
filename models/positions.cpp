#include "models/positions.h"

namespace ganwright {
namespace {

torch::Tensor numbers(int64_t first, int64_t count) {
  return torch::arange(first, first + count, torch::kDouble);
}

// Those of leading tokens, [leading, 2], and then every (column, row).
torch::Tensor before_patches(const torch::Tensor& leading, const torch::Tensor& columns,
                             const torch::Tensor& rows) {
  const auto grid = torch::meshgrid({rows, columns}, "ij");
  return torch::cat({leading, torch::stack({grid[1], grid[0]}, -1).flatten(0, 1)});
}

torch::Tensor at_origin(int64_t leading) {
  return torch::zeros({leading, 2}, torch::kDouble);
}

// Centers of `count` equal parts of [-1, 1].
torch::Tensor centers(int64_t count) {
  return (2 * numbers(0, count) + 1) / static_cast<double>(count) - 1;
}

}  // namespace

torch::Tensor rotary_positions(int64_t leading, const PatchGrid& grid) {
  return before_patches(at_origin(leading), numbers(0, grid.columns), numbers(0, grid.rows));
}

torch::Tensor rope_tie_positions(int64_t leading, const PatchGrid& grid) {
  const auto extent = static_cast<double>(grid.count() + 1);
  const auto inside = [&](int64_t count) {
    return static_cast<double>(leading) + numbers(1, count) * extent / static_cast<double>(count + 1);
  };
  return before_patches(numbers(1, leading).unsqueeze(1).expand({leading, 2}), inside(grid.columns),
                        inside(grid.rows));
}

torch::Tensor normalized_positions(int64_t leading, const PatchGrid& grid, double side) {
  return before_patches(at_origin(leading), centers(grid.columns) * (side / 2),
                        centers(grid.rows) * (side / 2));
}

}  // namespace ganwright
