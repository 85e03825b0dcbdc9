#include "losses/analysis/limits.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "losses/analysis/growth.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/gap.h"
#include "losses/interval/smooth_pieces.h"
#include "losses/loss_error.h"
#include "losses/numeric/infinity.h"
#include "losses/numeric/program.h"
#include "losses/objective/log_ratio_form.h"

namespace ganwright {
namespace {

constexpr double kUnknown = std::numeric_limits<double>::quiet_NaN();

// Closed forms of f'' keep their digits there, and powers of r as small as 1e-6 show up.
constexpr double kFarWhereWritten = 1e8;
// A weight that is solved for numerically is defined up to here only.
constexpr double kFarWhereSolved = 60;

// The limit of phi or psi, whose slope has this tail.
double limit_of_integral(const RealFunction& integral, const Tail& tail, double last_kink) {
  if (std::isnan(tail.exponent)) {
    return kUnknown;
  }
  if (!tail.is_integrable()) {
    return kInfinity;
  }
  constexpr double kDigits = 45;  // e^-45 is below the precision of a double
  constexpr double kFarthest = 1e8;
  const double rate = std::abs(tail.exponent);
  const double distance = rate > kDigits / kFarthest ? std::max(1.0, kDigits / rate) : kFarthest;
  const double value = integral(tail.direction * (last_kink + std::max(distance, kDigits)));
  constexpr double kRounding = 1e-15;
  return std::abs(value) < kRounding ? 0.0 : value;
}

double slope_at_one(const Divergence& divergence) {
  if (divergence.pieces.empty()) {
    return 0;
  }
  const auto& t = variable_t();
  size_t right = divergence.pieces.size() - 1;
  while (!(divergence.pieces[right].start <= 1)) {
    --right;
  }
  const size_t left = divergence.pieces[right].start == 1 ? right - 1 : right;
  const auto slope = [&](size_t piece) {
    const GiNaC::ex derivative = divergence.pieces[piece].expression.diff(t);
    const auto limit = limit_at(derivative, 1);
    return Program(limit ? *limit : stable_form(exact_value_at(derivative, 1)))(0.0);
  };
  return (slope(left) + slope(right)) / 2;
}

}  // namespace

bool Tail::is_integrable() const {
  return exponent == 0 ? limit == 0 && log_power < -1.01 : exponent * direction < 0;
}

Tail tail_of(const RealFunction& function, double direction, double far) {
  const SignedLog nearer = function.run(direction * far / 2);
  const SignedLog farther = function.run(direction * far);
  if (farther.sign == 0 || (farther.sign > 0 && farther.log == -kInfinity)) {
    return {-direction * kInfinity, 0, 0, direction};
  }
  if (farther.sign > 0 && farther.log == kInfinity) {
    return {direction * kInfinity, 0, kInfinity, direction};
  }
  if (!(farther.sign > 0) || !(nearer.sign > 0)) {
    return {kUnknown, kUnknown, kUnknown, direction};
  }
  const double change = farther.log - nearer.log;
  const double exponent = change / (direction * far / 2);
  // A power of log r changes the logarithm by no more than this.
  if (constexpr double kLargestLogPower = 4; std::abs(change) > kLargestLogPower * std::log(2)) {
    return {exponent, 0, change > 0 ? kInfinity : 0.0, direction};
  }
  const double log_power = change / std::log(2);
  if (std::abs(log_power) < 0.01) {
    return {0, 0, farther.value(), direction};
  }
  return {0, log_power, log_power > 0 ? kInfinity : 0.0, direction};
}

Limits limits_of(const Divergence& divergence) {
  const LogRatioForm form = log_ratio_form(divergence);
  if (!form.f) {
    throw LossError(divergence.name + " is not an f-divergence and has no f; choose another loss",
                    Remedy::name);
  }
  const double far = divergence.curvature.empty() ? kFarWhereSolved : kFarWhereWritten;
  const RealFunction fake_weight([slope = form.psi.slope](double u) { return -slope.run(u); });
  const double last_kink = last_kink_of(divergence);
  Limits limits{.f_at_zero = kUnknown,
                .slope_at_zero = kUnknown,
                .slope_at_one = slope_at_one(divergence),
                .slope_at_infinity = kUnknown,
                .real_weight_at_zero = tail_of(form.phi.slope, -1, far),
                .real_weight_at_infinity = tail_of(form.phi.slope, 1, far),
                .fake_weight_at_zero = tail_of(fake_weight, -1, far),
                .fake_weight_at_infinity = tail_of(fake_weight, 1, far)};
  limits.slope_at_infinity = limit_of_integral(form.phi.value, limits.real_weight_at_infinity, last_kink);
  limits.slope_at_zero = limit_of_integral(form.phi.value, limits.real_weight_at_zero, last_kink);
  if (limits.slope_at_zero == kInfinity) {
    limits.slope_at_zero = -kInfinity;
  }
  // psi = f - t f' tends to f(0), for t f' tends to 0 wherever f(0) is finite.
  limits.f_at_zero = limit_of_integral(form.psi.value, limits.fake_weight_at_zero, last_kink);
  return limits;
}

}  // namespace ganwright
