#include "models/initialize.h"

#include <cmath>
#include <numbers>

namespace ganwright {

torch::Tensor truncated_normal(at::IntArrayRef shape, double standard_deviation) {
  constexpr double cut = 2.0;
  const double inside = std::erf(cut / std::numbers::sqrt2);
  const double density_at_cut = std::exp(-cut * cut / 2) / std::sqrt(2 * std::numbers::pi);
  const double cut_deviation = std::sqrt(1 - 2 * cut * density_at_cut / inside);
  const double scale = standard_deviation * std::numbers::sqrt2 / cut_deviation;
  return torch::empty(shape).uniform_(-inside, inside).erfinv_().mul_(scale);
}

torch::Tensor linear_weight(int64_t outputs, int64_t inputs, double gain) {
  return truncated_normal({outputs, inputs}, gain / std::sqrt(static_cast<double>(inputs)));
}

torch::nn::Linear make_linear(int64_t outputs, int64_t inputs, double gain) {
  torch::nn::Linear linear(inputs, outputs);
  const torch::NoGradGuard no_grad;
  linear->weight.copy_(linear_weight(outputs, inputs, gain));
  linear->bias.zero_();
  return linear;
}

}  // namespace ganwright
