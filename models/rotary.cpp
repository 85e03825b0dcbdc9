#include "models/rotary.h"

namespace ganwright {
namespace {

constexpr double base = 100.0;

}  // namespace

torch::Tensor rotary_table(int64_t leading, int64_t side, int64_t heads, int64_t head_size) {
  const int64_t frequency_count = head_size / 4;
  const auto frequencies = torch::pow(
      base, torch::arange(frequency_count, torch::kDouble) * (-4.0 / static_cast<double>(head_size)));
  const auto steps = torch::arange(side, torch::kDouble).unsqueeze(1) * frequencies;
  const auto columns = steps.unsqueeze(0).expand({side, side, frequency_count});
  const auto rows = steps.unsqueeze(1).expand({side, side, frequency_count});
  const auto patch_angles = torch::cat({columns, rows}, 2).view({side * side, 2 * frequency_count});
  const auto angles =
      torch::cat({torch::zeros({leading, 2 * frequency_count}, torch::kDouble), patch_angles}).unsqueeze(1);
  return torch::stack({angles.cos(), angles.sin()}, -1)
      .expand({-1, heads, 2 * frequency_count, 2})
      .contiguous();
}

torch::Tensor rotate(const torch::Tensor& x, const torch::Tensor& table) {
  // A pair is a complex number: one multiplication, and one in the backward pass, instead of four and a copy.
  const auto pairs = torch::view_as_complex(x.unflatten(-1, {-1, 2}));
  return torch::view_as_real(pairs * torch::view_as_complex(table)).flatten(-2);
}

}  // namespace ganwright
