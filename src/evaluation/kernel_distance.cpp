#include "evaluation/kernel_distance.h"

#include <algorithm>
#include <vector>

namespace ganwright {
namespace {

constexpr int64_t kBlockOfFeatures = 512;

torch::Tensor cubic(const torch::Tensor& products, int64_t dimension) {
  const torch::Tensor base = products / static_cast<double>(dimension) + 1;
  return base * base * base;
}

// Of the matrix of the kernel between all x and all y.
struct KernelSums {
  torch::Tensor rows;
  torch::Tensor columns;
};

KernelSums kernel_sums(const torch::Tensor& x, const torch::Tensor& y) {
  std::vector<torch::Tensor> rows;
  torch::Tensor columns = torch::zeros({y.size(0)}, y.options());
  for (const torch::Tensor& block : x.split(kBlockOfFeatures)) {
    const torch::Tensor kernel = cubic(block.mm(y.t()), x.size(1));
    rows.push_back(kernel.sum(1));
    columns += kernel.sum(0);
  }
  return {torch::cat(rows), columns};
}

// The mean of the kernel between each x and the others.
torch::Tensor means_among(const torch::Tensor& x) {
  const torch::Tensor with_itself = cubic(x.square().sum(1), x.size(1));
  return (kernel_sums(x, x).rows - with_itself) / static_cast<double>(x.size(0) - 1);
}

}  // namespace

Estimate kernel_distance(const torch::Tensor& real, const torch::Tensor& generated) {
  const KernelSums across = kernel_sums(real, generated);
  const torch::Tensor of_real = means_among(real) - across.rows / static_cast<double>(generated.size(0));
  const torch::Tensor of_generated =
      means_among(generated) - across.columns / static_cast<double>(real.size(0));
  const double value = of_real.mean().item<double>() + of_generated.mean().item<double>();
  return linear_estimate(value, 2 * of_real, 2 * of_generated);
}

}  // namespace ganwright
