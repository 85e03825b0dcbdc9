#pragma once

#include <torch/types.h>

namespace ganwright {

/// Estimates of log p/q, float64 [n] and [m] on the CPU.
struct LogRatios {
  torch::Tensor p;  ///< of pictures of p
  torch::Tensor q;  ///< of pictures of q
};

/// The affine map u -> scale * u + shift of log ratios.
struct Calibration {
  double scale = 1;  ///< at least 0
  double shift = 0;  ///< in units of the log ratio
  /// The lower bound of 2 js between the two sets at the calibrated log ratios: how well they separate the
  /// sets. Not negative, up to rounding, on the pictures it was fitted to.
  double gain = 0;

  /// The calibrated log ratios.
  [[nodiscard]] LogRatios apply(const LogRatios& ratios) const;
};

/// Fits the map by logistic regression on log ratios of pictures that the critic was not trained on. Both
/// sides have equal weight, and the targets are smoothed by the number of pictures (Platt 1999,
/// "Probabilistic Outputs for Support Vector Machines"), so the map stays finite even if the sides are
/// separated perfectly. If the map would be decreasing, scale and shift are 0: nothing is known. Throws
/// TrainingError for log ratios that are not finite.
Calibration calibrate(const LogRatios& ratios);

}  // namespace ganwright
