#include "evaluation/sliced_wasserstein.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <string>
#include <tuple>

#include "evaluation/laplacian_patches.h"

namespace ganwright {
namespace {

constexpr int64_t kDirectionsAtATime = 16;
constexpr uint64_t kDirectionSeed = 512;

// Unit vectors [dimension, count].
torch::Tensor random_directions(int64_t dimension, int64_t count, const torch::Device& device) {
  at::Generator random = at::detail::createCPUGenerator(kDirectionSeed);
  const torch::Tensor directions = torch::randn({dimension, count}, random, torch::kFloat32);
  return (directions / directions.norm(2, {0}, /*keepdim=*/true)).to(device);
}

// The mean of each picture's patches.
torch::Tensor by_picture(const torch::Tensor& contributions, int64_t patches) {
  return contributions.view({-1, patches}).mean(1);
}

Estimate distance_estimate(double value, const torch::Tensor& real, const torch::Tensor& generated) {
  Estimate estimate = linear_estimate(value, real, generated);
  estimate.lowest = 0;
  return estimate;
}

}  // namespace

SlicedDistance sliced_wasserstein(const torch::Tensor& first, const torch::Tensor& second,
                                  const torch::Tensor& directions) {
  const int64_t n = first.size(0);
  const int64_t m = second.size(0);
  const torch::Tensor points = torch::cat({first, second});
  const auto numbers = points.options().dtype(torch::kFloat64);
  torch::Tensor potentials = torch::zeros({n + m}, numbers);
  torch::Tensor sum = torch::zeros({}, numbers);
  for (const torch::Tensor& some : directions.split(kDirectionsAtATime, 1)) {
    const auto [sorted, order] = some.t().mm(points.t()).sort(1);
    // n m (F - G) from each point to the next, F of the first, G of the second: whole numbers, and exact.
    const torch::Tensor jumps = (order < n).to(torch::kInt64) * (n + m) - n;
    const torch::Tensor excess = jumps.cumsum(1).narrow(1, 0, n + m - 1);
    const torch::Tensor gaps = sorted.diff(1, 1).to(torch::kFloat64);
    sum += (excess.abs() * gaps).sum();
    const torch::Tensor rise = torch::zeros(sorted.sizes(), numbers);
    rise.narrow(1, 1, n + m - 1).copy_(-excess.sign() * gaps);
    potentials += torch::zeros_like(rise).scatter_(1, order, rise.cumsum(1)).sum(0);
  }
  const auto count = static_cast<double>(directions.size(1));
  potentials = (potentials / count).cpu();
  return {sum.item<double>() / (count * static_cast<double>(n) * static_cast<double>(m)),
          potentials.narrow(0, 0, n), potentials.narrow(0, n, m)};
}

std::vector<NamedEstimate> patch_distances(const torch::Tensor& real, const torch::Tensor& generated,
                                           const PatchDistanceOptions& options, const torch::Device& device) {
  const int64_t patches = std::clamp<int64_t>(
      options.most_patches / std::max(real.size(0), generated.size(0)), 1, options.patches);
  const std::vector<PatchLevel> reals = laplacian_patches(real, patches, device);
  const std::vector<PatchLevel> fakes = laplacian_patches(generated, patches, device);
  const auto levels = static_cast<double>(reals.size());
  double mean = 0;
  torch::Tensor of_real = torch::zeros({real.size(0)}, torch::kFloat64);
  torch::Tensor of_generated = torch::zeros({generated.size(0)}, torch::kFloat64);
  std::vector<NamedEstimate> estimates(1);
  for (size_t level = 0; level < reals.size(); ++level) {
    const torch::Tensor directions =
        random_directions(reals[level].patches.size(1), options.directions, device);
    const SlicedDistance distance =
        sliced_wasserstein(reals[level].patches, fakes[level].patches, directions);
    const torch::Tensor real_part = by_picture(distance.first, patches);
    const torch::Tensor generated_part = -by_picture(distance.second, patches);
    estimates.push_back({"sliced_wasserstein_" + std::to_string(reals[level].side),
                         distance_estimate(distance.value, real_part, generated_part)});
    mean += distance.value / levels;
    of_real += real_part / levels;
    of_generated += generated_part / levels;
  }
  estimates.front() = {"sliced_wasserstein", distance_estimate(mean, of_real, of_generated)};
  return estimates;
}

}  // namespace ganwright
