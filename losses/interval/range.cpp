#include "losses/interval/range.h"

#include <cmath>
#include <limits>

#include "losses/formula/parser.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::numeric;

// Ends are usually simple fractions; any other is taken digit by digit.
numeric exact_of(double x) {
  constexpr double kDenominator = 5040;
  const double scaled = std::round(x * kDenominator);
  if (std::abs(x * kDenominator - scaled) < 1e-6 && std::abs(scaled) < 1e9) {
    return numeric(static_cast<long>(scaled), static_cast<long>(kDenominator));
  }
  return parse_number(number_text(x, 16));
}

std::optional<numeric> limit_of(const RealFunction& function, double direction) {
  // Far enough for all but the slowest limits, and near enough for sums of terms as large as u to keep 1e-11.
  constexpr double kFar = 1e4;
  const double near_value = function(direction * kFar / 2);
  const double far_value = function(direction * kFar);
  const bool agree = std::abs(near_value - far_value) <= 1e-9 * std::max(1.0, std::abs(far_value));
  return std::isfinite(far_value) && agree ? std::optional(exact_of(far_value)) : std::nullopt;
}

// Where the function, from `start` in one direction, stops being positive or monotone; nothing where that is
// very far.
std::optional<numeric> edge_of(const RealFunction& function, double start, double direction) {
  constexpr double kVeryFar = 1e4;
  const auto goes_on = [&](double from, double to) {
    const SignedLog before = function.run(from);
    const SignedLog after = function.run(to);
    return after.sign > 0 && (after.log - before.log) * direction > 0;
  };
  double inside = start;
  double step = 1e-3;
  while (std::abs(inside - start) < kVeryFar) {
    const double next = inside + direction * step;
    if (goes_on(inside, next)) {
      inside = next;
      step *= 1.25;
    } else if (step > 1e-13 * std::max(1.0, std::abs(inside))) {
      step /= 4;
    } else {
      return exact_of(inside);
    }
  }
  return std::nullopt;
}

// Whether log r keeps changing up to the end of the range, so that r has no limit there but 0 or infinity.
bool has_no_limit(const RealFunction& function, double start, const std::optional<numeric>& end,
                  double direction) {
  constexpr double kVeryFar = 1e4;
  constexpr double kLeastChange = 1e-3;
  double nearer = start + direction * kVeryFar / 2;
  double farther = start + direction * kVeryFar;
  if (end) {
    const double distance = std::min(1.0, std::abs(end->to_double() - start));
    nearer = end->to_double() - direction * 1e-4 * distance;
    farther = end->to_double() - direction * 1e-8 * distance;
  }
  return !(std::abs(function.run(farther).log - function.run(nearer).log) < kLeastChange);
}

void require_no_limit(const RealFunction& function, double start, const std::optional<numeric>& end,
                      double direction) {
  if (has_no_limit(function, start, end, direction)) {
    return;
  }
  const bool is_low = direction < 0;
  const double last = end ? end->to_double() - direction * 1e-8 : start + direction * 1e4;
  const std::string place = end ? number_text(end->to_double()) : is_low ? "-inf" : "inf";
  const std::string ratio = number_text(function(last));
  throw LossError("omega^-1 has to rise from 0 to inf, but towards v = " + place + " it " +
                  (is_low ? "falls to " : "rises to ") + ratio + " only: likelihood ratios " +
                  (is_low ? "below" : "above") + " that cannot be expressed");
}

}  // namespace

std::string Range::text() const {
  const auto shown = [](const numeric& end) { return number_text(end.to_double()); };
  return "(" + (low ? shown(*low) : "-inf") + ", " + (high ? shown(*high) : "inf") + ")";
}

Range range_of(const RealFunction& rising) {
  return {limit_of(rising, -1), limit_of(rising, 1)};
}

Range range_of_inverse(const RealFunction& omega_inverse) {
  double best = std::numeric_limits<double>::quiet_NaN();
  double best_distance = std::numeric_limits<double>::infinity();
  for (int i = -800; i <= 800; ++i) {
    const double v = i / 40.0;
    const SignedLog here = omega_inverse.run(v);
    const SignedLog above = omega_inverse.run(v + 1e-4);
    if (here.sign > 0 && above.sign > 0 && above.log > here.log && std::abs(here.log) < best_distance) {
      best = v;
      best_distance = std::abs(here.log);
    }
  }
  if (std::isnan(best)) {
    throw LossError(
        "omega^-1 is nowhere positive and rising for v in [-20, 20]; it has to rise from 0 to inf");
  }
  const Range range{edge_of(omega_inverse, best, -1), edge_of(omega_inverse, best, 1)};
  require_no_limit(omega_inverse, best, range.low, -1);
  require_no_limit(omega_inverse, best, range.high, 1);
  return range;
}

Activation activation_onto(const Range& range) {
  const auto& t = variable_t();
  const auto with = [](const numeric& end, const std::string& rest) {
    return "v = " + (end.is_zero() ? "" : to_text(end) + " + ") + rest;
  };
  if (range.low && range.high) {
    const numeric& a = *range.low;
    const numeric& b = *range.high;
    const std::string width = numeric(b - a).is_equal(1) ? "" : to_text(numeric(b - a)) + " ";
    return {(a + b * t) / (1 + t), false, with(a, width + "sigmoid(h)")};
  }
  if (range.low) {
    return {*range.low + GiNaC::log(1 + t), false, with(*range.low, "softplus(h)")};
  }
  if (range.high) {
    const std::string start = range.high->is_zero() ? "" : to_text(*range.high) + " ";
    return {*range.high - GiNaC::log(1 + t), true, "v = " + start + "- softplus(-h)"};
  }
  return {GiNaC::log(t), false, "v = h"};
}

}  // namespace ganwright
