#include "evaluation/log_ratio_calibration.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "errors.h"

namespace ganwright {
namespace {

// log p/q at evenly spread quantiles of p = N(0, 1) and of q = N(distance, 1).
LogRatios gaussian_log_ratios(double distance, int64_t count_p, int64_t count_q) {
  const auto quantiles = [](int64_t count) {
    const torch::Tensor share = (torch::arange(count, torch::kFloat64) + 0.5) / static_cast<double>(count);
    return at::erfinv(2 * share - 1) * std::sqrt(2.0);
  };
  const auto log_ratio = [&](const torch::Tensor& x) { return distance * (distance / 2 - x); };
  return {log_ratio(quantiles(count_p)), log_ratio(quantiles(count_q) + distance)};
}

LogRatios moved(const LogRatios& ratios, double scale, double shift) {
  return {ratios.p * scale + shift, ratios.q * scale + shift};
}

TEST(Calibrate, UndoesAnAffineMapOfTheTruth) {
  const LogRatios truth = gaussian_log_ratios(1.5, 5000, 5000);
  for (const auto& [scale, shift] : {std::pair(1.0, 0.0), {3.0, -2.0}, {0.1, 5.0}}) {
    const Calibration found = calibrate(moved(truth, scale, shift));
    EXPECT_NEAR(found.scale, 1 / scale, 0.01 / scale);
    EXPECT_NEAR(found.shift, -shift / scale, 0.01 * (1 + std::abs(shift / scale)));
    EXPECT_NEAR(found.gain, calibrate(truth).gain, 1e-6);
  }
}

TEST(Calibrate, GivesBothSidesEqualWeight) {
  const Calibration found = calibrate(moved(gaussian_log_ratios(1, 10'000, 500), 2, 1));
  EXPECT_NEAR(found.scale, 0.5, 0.01);
  EXPECT_NEAR(found.shift, -0.5, 0.02);
}

TEST(Calibrate, OfRatiosThatTellNothingIsNothing) {
  const LogRatios truth = gaussian_log_ratios(1, 500, 500);
  // The same on both sides, all alike, and the wrong way round.
  for (const LogRatios& ratios : {LogRatios{truth.p, truth.p}, LogRatios{truth.p * 0 + 2, truth.q * 0 + 2},
                                  LogRatios{-truth.p, -truth.q}}) {
    const Calibration found = calibrate(ratios);
    EXPECT_NEAR(found.gain, 0, 1e-9);
    EXPECT_LT(found.apply(ratios).p.abs().max().item<double>(), 1e-3);
  }
}

TEST(Calibrate, IsFiniteWherePicturesAreToldApartWithoutFail) {
  const LogRatios apart{torch::full({50}, 40.0, torch::kFloat64), torch::full({80}, -40.0, torch::kFloat64)};
  const LogRatios calibrated = calibrate(apart).apply(apart);
  // As sure as fifty pictures without an exception can make it.
  EXPECT_NEAR(calibrated.p[0].item<double>(), std::log(51), 0.01);
  EXPECT_NEAR(calibrated.q[0].item<double>(), -std::log(81), 0.01);
}

TEST(Calibrate, RefusesRatiosThatAreNotFinite) {
  LogRatios ratios = gaussian_log_ratios(1, 10, 10);
  ratios.q[3] = std::numeric_limits<double>::quiet_NaN();
  EXPECT_THROW(calibrate(ratios), TrainingError);
}

}  // namespace
}  // namespace ganwright
