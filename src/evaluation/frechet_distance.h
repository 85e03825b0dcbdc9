#pragma once

#include <torch/types.h>

#include "evaluation/estimate.h"

namespace ganwright {

/// A normal distribution.
struct Gaussian {
  torch::Tensor mean;        ///< float64 [d]
  torch::Tensor covariance;  ///< float64 [d, d]
};

/// The mean of float64 features [n, d], n > 1, and their unbiased covariance (divided by n - 1). If `weights`
/// [n] are given, each feature counts that many times.
Gaussian fit_gaussian(const torch::Tensor& features, const torch::Tensor& weights = {});

/// The squared Frechet (2-Wasserstein) distance of two Gaussians (Dowson, Landau 1982; as FID: Heusel et al.
/// 2017), |m - n|^2 + tr(A + B - 2 (A B)^(1/2)). The trace of the root is computed from the eigenvalues of
/// the symmetric R^T B R with A = R R^T, without those that are zero up to rounding, so it is also right for
/// the singular covariances of few pictures.
double frechet_distance(const Gaussian& first, const Gaussian& second);

/// The distance between the Gaussians fitted to features, float64 [n, d] and [m, d]; each resampling fits
/// them again. Its expectation exceeds the distance of the distributions by about a constant times 1/n + 1/m.
Estimate frechet_estimate(const torch::Tensor& real, const torch::Tensor& generated);

}  // namespace ganwright
