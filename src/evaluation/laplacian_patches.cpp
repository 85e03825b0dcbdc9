#include "evaluation/laplacian_patches.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>

namespace ganwright {
namespace {

constexpr int64_t kPatch = 7;
constexpr int64_t kSmallestSide = 14;
constexpr int64_t kMostNumbers = int64_t{1} << 24;  // of pictures that are taken apart at a time
constexpr uint64_t kPatchSeed = 7;

torch::Tensor blurred(const torch::Tensor& pictures, int64_t stride, double scale) {
  const torch::Tensor line = torch::tensor({1.0, 4.0, 6.0, 4.0, 1.0}, pictures.options()) / 16;
  const torch::Tensor kernel = (torch::outer(line, line) * scale).view({1, 1, 5, 5});
  const auto sizes = pictures.sizes();
  const torch::Tensor planes = pictures.reshape({-1, 1, sizes[2], sizes[3]});
  const torch::Tensor result = at::conv2d(at::reflection_pad2d(planes, {2, 2, 2, 2}), kernel, {}, stride);
  return result.view({sizes[0], sizes[1], result.size(2), result.size(3)});
}

torch::Tensor enlarged(const torch::Tensor& pictures, int64_t side) {
  torch::Tensor sparse = torch::zeros({pictures.size(0), pictures.size(1), side, side}, pictures.options());
  sparse.slice(2, 0, side, 2).slice(3, 0, side, 2).copy_(pictures);
  return blurred(sparse, 1, 4);
}

// uint8 patches' places in each picture: the same for the first pictures of sets of any count.
struct Places {
  torch::Tensor rows;     // int64 [N, count]
  torch::Tensor columns;  // int64 [N, count]
};

Places places_of(int64_t pictures, int64_t count, int64_t side, uint64_t level) {
  at::Generator random = at::detail::createCPUGenerator(kPatchSeed + level);
  const int64_t room = side - std::min(side, kPatch) + 1;
  const torch::Tensor both = torch::randint(room, {pictures, 2, count}, random, torch::kInt64);
  return {both.select(1, 0), both.select(1, 1)};
}

torch::Tensor cut_out(const torch::Tensor& pictures, const Places& places) {
  const int64_t patch = std::min(pictures.size(3), kPatch);
  const torch::Tensor windows = pictures.unfold(2, patch, 1).unfold(3, patch, 1).permute({0, 2, 3, 1, 4, 5});
  const torch::Device device = pictures.device();
  const torch::Tensor picture =
      torch::arange(pictures.size(0), torch::TensorOptions(torch::kInt64).device(device)).unsqueeze(1);
  return windows.index({picture, places.rows.to(device), places.columns.to(device)})
      .reshape({-1, pictures.size(1), patch * patch});
}

// Patches [N, C, P * P] as [N, C * P * P].
torch::Tensor normalized(const torch::Tensor& patches) {
  constexpr double least_deviation = 1e-3;  // of a grey level: less is rounding
  const std::vector<int64_t> over = {0, 2};
  const torch::Tensor mean = patches.mean(over, /*keepdim=*/true, torch::kFloat64).to(torch::kFloat32);
  const torch::Tensor centered = patches - mean;
  const torch::Tensor deviation =
      centered.square().mean(over, /*keepdim=*/true, torch::kFloat64).sqrt().clamp_min(least_deviation);
  return (centered / deviation.to(torch::kFloat32)).flatten(1);
}

}  // namespace

std::vector<torch::Tensor> laplacian_pyramid(const torch::Tensor& pictures) {
  std::vector<torch::Tensor> levels;
  torch::Tensor rest = pictures;
  while ((rest.size(3) + 1) / 2 >= kSmallestSide) {
    const torch::Tensor smaller = blurred(rest, 2, 1);
    levels.push_back(rest - enlarged(smaller, rest.size(3)));
    rest = smaller;
  }
  levels.push_back(rest);
  return levels;
}

std::vector<PatchLevel> laplacian_patches(const torch::Tensor& pixels, int64_t count,
                                          const torch::Device& device) {
  const int64_t pictures = pixels.size(0);
  const int64_t batch = std::max<int64_t>(1, kMostNumbers / std::max<int64_t>(1, pixels[0].numel()));
  std::vector<PatchLevel> levels;
  std::vector<Places> places;
  std::vector<std::vector<torch::Tensor>> parts;
  for (int64_t start = 0; start < pictures; start += batch) {
    const int64_t length = std::min(batch, pictures - start);
    const std::vector<torch::Tensor> pyramid =
        laplacian_pyramid(pixels.narrow(0, start, length).to(device).to(torch::kFloat32));
    for (size_t level = 0; level < pyramid.size(); ++level) {
      if (start == 0) {
        levels.push_back({pyramid[level].size(3), {}});
        places.push_back(places_of(pictures, count, levels[level].side, level));
        parts.emplace_back();
      }
      parts[level].push_back(cut_out(pyramid[level], {places[level].rows.narrow(0, start, length),
                                                      places[level].columns.narrow(0, start, length)}));
    }
  }
  for (size_t level = 0; level < levels.size(); ++level) {
    levels[level].patches = normalized(torch::cat(parts[level]));
  }
  return levels;
}

}  // namespace ganwright
