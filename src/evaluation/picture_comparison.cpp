#include "evaluation/picture_comparison.h"

#include <ATen/CPUGeneratorImpl.h>

#include "errors.h"
#include "evaluation/frechet_distance.h"
#include "evaluation/kernel_distance.h"
#include "evaluation/neighbor_metrics.h"
#include "imaging/grid.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

torch::Tensor random_order(int64_t count, uint64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(seed);
  return torch::randperm(count, random, torch::kInt64);
}

}  // namespace

PictureSet PictureSet::part(int64_t start, int64_t length) const {
  return {pixels.narrow(0, start, length), features.narrow(0, start, length)};
}

void require_comparable(int64_t count, const std::string& name) {
  if (count < kFewestReals) {
    throw DataError(name + " holds " + std::to_string(count) +
                    " readable pictures; a comparison needs at least " + std::to_string(kFewestReals));
  }
}

std::vector<NamedEstimate> compare_pictures(const PictureSet& real, const PictureSet& generated,
                                            const PatchDistanceOptions& patches, const Device& device,
                                            const std::function<void()>& done_one) {
  const torch::NoGradGuard no_grad;
  const auto tell = [&] {
    if (done_one) {
      done_one();
    }
  };
  const torch::Tensor reals = real.features.to(device.device, torch::kFloat64);
  const torch::Tensor fakes = generated.features.to(device.device, torch::kFloat64);
  std::vector<NamedEstimate> estimates;
  estimates.push_back({"frechet_distance", frechet_estimate(reals, fakes)});
  tell();
  estimates.push_back({"kernel_distance", kernel_distance(reals, fakes)});
  tell();
  const NeighborMetrics neighbors = neighbor_metrics(reals, fakes);
  estimates.push_back({"precision", neighbors.precision});
  estimates.push_back({"recall", neighbors.recall});
  estimates.push_back({"density", neighbors.density});
  estimates.push_back({"coverage", neighbors.coverage});
  tell();
  for (const NamedEstimate& distance :
       patch_distances(real.pixels, generated.pixels, patches, device.device)) {
    estimates.push_back(distance);
  }
  tell();
  return estimates;
}

torch::Tensor chosen_pictures(const Dataset& dataset, int64_t count) {
  return dataset.pixels.index_select(0, random_order(dataset.pixels.size(0), 1).narrow(0, 0, count));
}

torch::Tensor labels_in_proportion(const torch::Tensor& labels, int64_t count) {
  const torch::Tensor places = ((torch::arange(count, torch::kFloat64) + 0.5) *
                                (static_cast<double>(labels.size(0)) / static_cast<double>(count)))
                                   .to(torch::kInt64)
                                   .clamp_max(labels.size(0) - 1);
  return std::get<0>(labels.sort()).index_select(0, places).index_select(0, random_order(count, 2));
}

torch::Tensor drawn_pictures(Generator generator, const torch::Tensor& latents, const torch::Tensor& labels,
                             const Device& device, const ProgressCallback& progress,
                             const InterruptCheck& interrupted) {
  std::vector<torch::Tensor> parts;
  int64_t done = 0;
  generate_each(generator, latents, labels, device.device, [&](const torch::Tensor& batch) {
    if (interrupted && interrupted()) {
      throw Interrupted("interrupted after " + std::to_string(done) + " pictures");
    }
    parts.push_back(to_bytes(batch));
    done += batch.size(0);
    if (progress) {
      progress(done, latents.size(0));
    }
  });
  return torch::cat(parts);
}

}  // namespace ganwright
