#include "training/sampling.h"

#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <vector>

namespace ganwright {

torch::Tensor latents_from_seed(int64_t count, int64_t latent, int64_t seed) {
  at::Generator random = at::detail::createCPUGenerator(static_cast<uint64_t>(seed));
  // Normal numbers are drawn in blocks, and a last one that is not full is drawn anew over the one before.
  constexpr int64_t block = 16;
  const int64_t whole_blocks = (latent + block - 1) / block * block;
  return torch::randn({count, whole_blocks}, random, torch::kFloat32).narrow(1, 0, latent).contiguous();
}

torch::Tensor labels_for_grid(int64_t count, int64_t classes) {
  return classes > 0 ? torch::floor_divide(torch::arange(count, torch::kInt64) * classes, count)
                     : torch::Tensor();
}

void generate_each(Generator& generator, const torch::Tensor& latents, const torch::Tensor& labels,
                   const torch::Device& device, const std::function<void(const torch::Tensor&)>& sink) {
  // Pictures of many patches come in smaller batches, for the sake of memory.
  constexpr int64_t most_tokens = 65536;
  const int64_t batch = std::clamp<int64_t>(most_tokens / generator->tokens(), 1, 64);
  const torch::NoGradGuard no_grad;
  for (int64_t start = 0; start < latents.size(0); start += batch) {
    const int64_t count = std::min(batch, latents.size(0) - start);
    const torch::Tensor part = labels.defined() ? labels.narrow(0, start, count).to(device) : labels;
    sink(generator->forward(latents.narrow(0, start, count).to(device), part).to(torch::kCPU));
  }
}

torch::Tensor generate(Generator& generator, const torch::Tensor& latents, const torch::Tensor& labels,
                       const torch::Device& device) {
  std::vector<torch::Tensor> pictures;
  generate_each(generator, latents, labels, device,
                [&](const torch::Tensor& batch) { pictures.push_back(batch); });
  return torch::cat(pictures);
}

}  // namespace ganwright
