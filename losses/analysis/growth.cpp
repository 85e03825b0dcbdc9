#include "losses/analysis/growth.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {
namespace {

// t = e^300 and its square are still doubles, as functions such as asinh need; e^1e8 is where powers as close
// as t and t^1.000001 tell apart.
constexpr double kFarAsDouble = 300;
constexpr double kFarInLogarithms = 1e8;
// A weight that is solved for numerically is defined up to here only.
constexpr double kFarOfSolvedWeight = 60;

std::optional<Growth> first_law(const RealFunction& function, double direction, double last_kink,
                                const std::vector<double>& distances) {
  for (const double far : distances) {
    if (const auto growth = far > 4 * last_kink ? growth_of(function, direction, far) : std::nullopt) {
      return growth;
    }
  }
  return std::nullopt;
}

}  // namespace

std::optional<Growth> growth_of(const RealFunction& function, double direction, double far) {
  const auto at = [&](double share) { return function.run(direction * share * far); };
  const SignedLog half = at(0.5);
  const SignedLog most = at(0.75);
  const SignedLog whole = at(1);
  if (half.is_undefined() || most.is_undefined() || whole.is_undefined() || half.sign != whole.sign ||
      most.sign != whole.sign) {
    return std::nullopt;
  }
  if (whole.sign == 0 || whole.log == -kInfinity) {
    return Growth{0, -direction * kInfinity, 0};
  }
  // An exponential of r has a logarithm that itself grows or falls like a power of r.
  constexpr double kVeryLarge = 1e6;
  if (std::abs(half.log) > kVeryLarge && std::abs(whole.log) >= 100 * std::abs(half.log)) {
    return Growth{whole.sign, std::copysign(kInfinity, whole.log * direction), 0};
  }
  const double log_power = (whole.log - 2 * most.log + half.log) / std::log(1 * 0.5 / (0.75 * 0.75));
  const double power = direction * (whole.log - half.log - log_power * std::log(2)) / (far / 2);
  constexpr double kCheck = 0.625;
  const double expected = whole.log + power * direction * (kCheck - 1) * far + log_power * std::log(kCheck);
  constexpr double kTolerance = 1e-6;
  if (!(std::abs(at(kCheck).log - expected) < kTolerance)) {
    return std::nullopt;
  }
  return Growth{whole.sign, power, std::abs(log_power) < kTolerance ? 0 : log_power};
}

EndGrowth growth_of(const Divergence& divergence) {
  const LogRatioForm form = log_ratio_form(divergence);
  if (!form.f) {
    throw LossError(divergence.name + " is not an f-divergence and has no f; choose another loss",
                    Remedy::name);
  }
  const double last_kink = last_kink_of(divergence);
  const RealFunction weight = -form.psi.slope;
  const std::vector<double> distances = divergence.curvature.empty()
                                            ? std::vector{kFarOfSolvedWeight}
                                            : std::vector{kFarAsDouble, kFarInLogarithms};
  return {first_law(weight, -1, last_kink, distances), first_law(weight, 1, last_kink, distances)};
}

double last_kink_of(const Divergence& divergence) {
  double last = 0;
  for (const SmoothPiece& piece : divergence.pieces) {
    last = std::max(last, piece.start.is_zero() ? 0 : std::abs(std::log(piece.start.value())));
  }
  return last;
}

}  // namespace ganwright
