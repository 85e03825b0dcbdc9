#pragma once

#include <torch/types.h>

namespace ganwright {

/// Log ratios of pictures of p and of q, float64 [n] and [m] on the CPU.
struct LogRatios {
  torch::Tensor p;
  torch::Tensor q;
};

/// u becomes scale * u + shift.
struct Calibration {
  double scale = 1;
  double shift = 0;
  /// 2 js between the two sets at the calibrated log ratios: how much they tell. Never below 0 on the
  /// pictures that it was fitted on, but for rounding.
  double gain = 0;

  [[nodiscard]] LogRatios apply(const LogRatios& ratios) const;
};

/// The affine map under which these log ratios, of pictures that the critic was not trained on, tell best
/// which side a picture is from: logistic regression on one number, both sides with equal weight, toward
/// targets that allow for as many pictures as there are (Platt 1999, "Probabilistic Outputs for Support
/// Vector Machines"), so that it is finite where all pictures are told apart. A map that would fall is none:
/// scale and shift are 0 then, which says that nothing is known. Throws TrainingError for log ratios that are
/// not finite.
Calibration calibrate(const LogRatios& ratios);

}  // namespace ganwright
