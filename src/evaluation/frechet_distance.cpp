#include "evaluation/frechet_distance.h"

#include <algorithm>
#include <limits>
#include <tuple>

namespace ganwright {
namespace {

// Those of a symmetric matrix that are not zero but for rounding.
torch::Tensor are_positive(const torch::Tensor& eigenvalues) {
  const double rounding = static_cast<double>(eigenvalues.numel()) * std::numeric_limits<double>::epsilon();
  return eigenvalues > eigenvalues.abs().max() * rounding;
}

// R of [d, rank] with R R^T = covariance.
torch::Tensor root_of(const torch::Tensor& covariance) {
  const auto [eigenvalues, vectors] = at::linalg_eigh(covariance);
  const torch::Tensor places = are_positive(eigenvalues).nonzero().squeeze(1);
  return vectors.index_select(1, places) * eigenvalues.index_select(0, places).sqrt();
}

}  // namespace

Gaussian fit_gaussian(const torch::Tensor& features, const torch::Tensor& weights) {
  const auto count = static_cast<double>(features.size(0));
  const bool is_weighted = weights.defined();
  const torch::Tensor column = is_weighted ? weights.unsqueeze(1) : torch::Tensor();
  const torch::Tensor mean = (is_weighted ? features * column : features).sum(0) / count;
  const torch::Tensor centered = features - mean;
  return {mean, (is_weighted ? centered * column : centered).t().mm(centered) / (count - 1)};
}

double frechet_distance(const Gaussian& first, const Gaussian& second) {
  // Eigenvalues are found on the CPU: it is as fast for a matrix of this size, and needs no further library.
  const torch::Tensor a = first.covariance.cpu();
  const torch::Tensor b = second.covariance.cpu();
  const torch::Tensor root = root_of(a);
  double trace_of_root = 0;
  if (root.size(1) > 0) {
    const torch::Tensor eigenvalues = at::linalg_eigvalsh(root.t().mm(b).mm(root));
    trace_of_root = eigenvalues.masked_select(are_positive(eigenvalues)).sqrt().sum().item<double>();
  }
  const double traces = a.trace().item<double>() + b.trace().item<double>();
  const double shift = (first.mean - second.mean).square().sum().item<double>();
  return std::max(0.0, shift + traces - 2 * trace_of_root);
}

Estimate frechet_estimate(const torch::Tensor& real, const torch::Tensor& generated) {
  return {frechet_distance(fit_gaussian(real), fit_gaussian(generated)),
          [=](const torch::Tensor& real_weights, const torch::Tensor& generated_weights) {
            return frechet_distance(fit_gaussian(real, real_weights.to(real.device())),
                                    fit_gaussian(generated, generated_weights.to(generated.device())));
          },
          0.0};
}

}  // namespace ganwright
