#pragma once

#include <torch/types.h>

#include "evaluation/estimate.h"

namespace ganwright {

/// Mean [d] and covariance [d, d], float64.
struct Gaussian {
  torch::Tensor mean;
  torch::Tensor covariance;
};

/// The mean of float64 features [n, d], n > 1, and their covariance, which is divided by n - 1; of features
/// that count `weights` [n] times each where these are given.
Gaussian fit_gaussian(const torch::Tensor& features, const torch::Tensor& weights = {});

/// The squared Frechet (2-Wasserstein) distance of two Gaussians (Dowson, Landau 1982; as FID: Heusel et al.
/// 2017), |m - n|^2 + tr(A + B - 2 (A B)^(1/2)). The trace of the root is taken from the eigenvalues of the
/// symmetric R^T B R with A = R R^T, those that are zero but for rounding left out, so that it is right for
/// covariances of few features as well.
double frechet_distance(const Gaussian& first, const Gaussian& second);

/// The distance between features, float64 [n, d] and [m, d]; means and covariances are computed anew for each
/// resampling. Its expectation is above the distance of the distributions by about a constant times
/// 1/n + 1/m.
Estimate frechet_estimate(const torch::Tensor& real, const torch::Tensor& generated);

}  // namespace ganwright
