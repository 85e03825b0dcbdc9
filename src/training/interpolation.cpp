#include "training/interpolation.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "training/sampling.h"

namespace ganwright {

torch::Tensor spherical_interpolation(const torch::Tensor& from, const torch::Tensor& to,
                                      const torch::Tensor& shares) {
  constexpr double smallest_sine = 1e-4;
  const torch::Tensor a = from.to(torch::kFloat64);
  const torch::Tensor b = to.to(torch::kFloat64);
  const torch::Tensor t = shares.to(torch::kFloat64).unsqueeze(1);
  const double cosine = (a.dot(b) / (a.norm() * b.norm())).item<double>();
  const double sine = std::sqrt(std::max(0.0, 1 - cosine * cosine));
  // A zero latent has no direction; its cosine is no number.
  if (!(sine >= smallest_sine)) {
    return ((1 - t) * a + t * b).to(torch::kFloat32);
  }
  const double angle = std::atan2(sine, cosine);
  return ((((1 - t) * angle).sin() * a + (t * angle).sin() * b) / sine).to(torch::kFloat32);
}

torch::Tensor latent_path(const torch::Tensor& stops, int64_t steps, bool closed) {
  const int64_t count = stops.size(0);
  const torch::Tensor shares = torch::arange(steps, torch::kFloat64) / static_cast<double>(steps);
  std::vector<torch::Tensor> parts;
  for (int64_t i = 0; i + (closed ? 0 : 1) < count; ++i) {
    parts.push_back(spherical_interpolation(stops[i], stops[(i + 1) % count], shares));
  }
  if (!closed) {
    parts.push_back(stops.narrow(0, count - 1, 1).to(torch::kFloat32));
  }
  return torch::cat(parts);
}

torch::Tensor latent_paths(int64_t rows, int64_t stops, int64_t steps, bool closed, int64_t latent,
                           int64_t seed) {
  const torch::Tensor all = latents_from_seed(rows * stops, latent, seed).view({rows, stops, latent});
  std::vector<torch::Tensor> paths;
  for (int64_t row = 0; row < rows; ++row) {
    paths.push_back(latent_path(all[row], steps, closed));
  }
  return torch::stack(paths);
}

}  // namespace ganwright
