#include "evaluation/log_ratio_calibration.h"

#include <cmath>

#include "errors.h"

namespace ganwright {
namespace {

// Of the two sides together, each with half of the weight, as one list.
struct Regression {
  torch::Tensor ratios;
  torch::Tensor targets;
  torch::Tensor weights;

  explicit Regression(const LogRatios& both)
      : ratios(torch::cat({both.p, both.q})),
        targets(torch::cat(
            {torch::full_like(both.p, smoothed(both.p)), torch::full_like(both.q, 1 - smoothed(both.q))})),
        weights(torch::cat({torch::full_like(both.p, 0.5 / static_cast<double>(both.p.size(0))),
                            torch::full_like(both.q, 0.5 / static_cast<double>(both.q.size(0)))})) {}

  static double smoothed(const torch::Tensor& side) {
    const auto count = static_cast<double>(side.size(0));
    return (count + 1) / (count + 2);
  }

  [[nodiscard]] double loss(double scale, double shift) const {
    const torch::Tensor logits = scale * ratios + shift;
    return (weights * (at::softplus(logits) - targets * logits)).sum().item<double>();
  }
};

// 2 log 2 - 2 (cross-entropy), the bound of 2 js.
double gain_of(const LogRatios& ratios) {
  return 2 * std::log(2.0) - at::softplus(-ratios.p).mean().item<double>() -
         at::softplus(ratios.q).mean().item<double>();
}

}  // namespace

LogRatios Calibration::apply(const LogRatios& ratios) const {
  return {scale * ratios.p + shift, scale * ratios.q + shift};
}

Calibration calibrate(const LogRatios& ratios) {
  const Regression regression(ratios);
  if (!torch::isfinite(regression.ratios).all().item<bool>()) {
    throw TrainingError("the critic's log ratios are not finite; give a smaller --learning-rate");
  }
  // Newton's method on a convex function of two numbers, with halved steps where one goes too far.
  double scale = 0;
  double shift = 0;
  double loss = regression.loss(scale, shift);
  for (int iteration = 0; iteration < 100; ++iteration) {
    const torch::Tensor guess = torch::sigmoid(scale * regression.ratios + shift);
    const torch::Tensor slope = regression.weights * (guess - regression.targets);
    const torch::Tensor curvature = regression.weights * guess * (1 - guess);
    const auto sum = [](const torch::Tensor& values) { return values.sum().item<double>(); };
    const double slope_scale = sum(slope * regression.ratios);
    const double slope_shift = sum(slope);
    // A little more than the second derivatives, which are singular where all log ratios are one.
    constexpr double ridge = 1e-12;
    const double scale_scale = sum(curvature * regression.ratios.square()) + ridge;
    const double scale_shift = sum(curvature * regression.ratios);
    const double shift_shift = sum(curvature) + ridge;
    const double determinant = scale_scale * shift_shift - scale_shift * scale_shift;
    const double step_scale = (shift_shift * slope_scale - scale_shift * slope_shift) / determinant;
    const double step_shift = (scale_scale * slope_shift - scale_shift * slope_scale) / determinant;
    double share = 1;
    double next = regression.loss(scale - step_scale, shift - step_shift);
    while (!(next <= loss) && share > 1e-6) {
      share /= 2;
      next = regression.loss(scale - share * step_scale, shift - share * step_shift);
    }
    if (!(next < loss - 1e-13)) {
      break;
    }
    scale -= share * step_scale;
    shift -= share * step_shift;
    loss = next;
  }
  if (scale <= 0) {
    return {0, 0, 0};
  }
  Calibration result{scale, shift, 0};
  result.gain = gain_of(result.apply(ratios));
  return result;
}

}  // namespace ganwright
