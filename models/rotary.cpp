#include "models/rotary.h"

namespace ganwright {

torch::Tensor rotary_frequencies(int64_t head_size, double base) {
  return torch::pow(base,
                    torch::arange(head_size / 4, torch::kDouble) * (-4.0 / static_cast<double>(head_size)));
}

torch::Tensor rotary_table(const torch::Tensor& positions, const torch::Tensor& frequencies, int64_t heads) {
  const auto angles = (positions.unsqueeze(-1) * frequencies).flatten(1).unsqueeze(1);
  return torch::stack({angles.cos(), angles.sin()}, -1).expand({-1, heads, -1, 2}).contiguous();
}

torch::Tensor rotary_table(const torch::Tensor& positions, int64_t heads, int64_t head_size) {
  return rotary_table(positions, rotary_frequencies(head_size).expand({2, -1}), heads);
}

torch::Tensor rotate(const torch::Tensor& x, const torch::Tensor& table) {
  // A pair is a complex number: one multiplication, and one in the backward pass, instead of four and a copy.
  const auto pairs = torch::view_as_complex(x.unflatten(-1, {-1, 2}));
  return torch::view_as_real(pairs * torch::view_as_complex(table)).flatten(-2);
}

}  // namespace ganwright
