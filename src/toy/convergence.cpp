#include "toy/convergence.h"

#include <algorithm>
#include <cmath>

namespace ganwright {
namespace {

using Component = Density::Component;

// The Gaussian that a mixture of the line is far out in a direction; in the plane, one of the widest.
Component leading(const Density& density, double direction) {
  return *std::max_element(
      density.components.begin(), density.components.end(), [&](const Component& a, const Component& b) {
        return a.standard_deviation != b.standard_deviation ? a.standard_deviation < b.standard_deviation
                                                            : direction * a.mean[0] < direction * b.mean[0];
      });
}

Convergence infinite(double sign) {
  return sign < 0 ? Convergence::negative_infinite : Convergence::infinite;
}

double sign_of(double x) {
  return static_cast<double>((x > 0) - (x < 0));
}

// Of the integral towards one end of the line.
Convergence tail_of(const EndGrowth& growth, const Component& p, const Component& q, double direction,
                    bool in_plane) {
  // With x from the mean of q in units of its deviation, 2 u = (1 - s) x^2 + 2 s d x + constant.
  const double s = std::pow(q.standard_deviation / p.standard_deviation, 2);
  const double d = (p.mean[0] - q.mean[0]) / q.standard_deviation;
  const double wider = sign_of(p.standard_deviation - q.standard_deviation);
  if (wider == 0 && in_plane) {
    // u is linear at most, which only a growth beyond powers overcomes.
    const bool is_tame = growth.at_zero && growth.at_infinity && std::isfinite(growth.at_zero->power) &&
                         std::isfinite(growth.at_infinity->power);
    return is_tame ? Convergence::finite : Convergence::unknown;
  }
  const double towards = wider != 0 ? wider : direction * sign_of(d);
  if (towards == 0) {
    return Convergence::finite;
  }
  const std::optional<Growth>& end = towards > 0 ? growth.at_infinity : growth.at_zero;
  if (!end) {
    return Convergence::unknown;
  }
  // From 1 to r, f is integrable as p and q are; below, the more so.
  const double k = end->power;
  if (end->sign == 0 || (towards > 0 ? k <= 1 : k >= 0)) {
    return Convergence::finite;
  }
  if (std::isinf(k)) {
    return infinite(end->sign);
  }
  // Of the logarithm of the integrand, twice the coefficient of x^2, and the first ones that follow.
  const double quadratic = (k - 1) - k * s;
  constexpr double kRounding = 1e-10;
  if (std::abs(quadratic) > kRounding * (std::abs(k - 1) + std::abs(k) * s)) {
    return quadratic < 0 ? Convergence::finite : infinite(end->sign);
  }
  const double linear = direction * k * d;
  if (in_plane) {
    return Convergence::unknown;
  }
  const bool falls = linear != 0 ? linear < 0 : 2 * end->log_power < -1;
  return falls ? Convergence::finite : infinite(end->sign);
}

}  // namespace

Convergence convergence_of(const EndGrowth& growth, const Density& p, const Density& q) {
  const bool in_plane = p.dimension != 1;
  const auto tail = [&](double direction) {
    return tail_of(growth, leading(p, direction), leading(q, direction), direction, in_plane);
  };
  const Convergence left = tail(-1);
  const Convergence right = tail(1);
  if (left == right || right == Convergence::finite) {
    return left;
  }
  if (left == Convergence::finite) {
    return right;
  }
  // Two infinities of different signs cancel to nothing that is known; one of them stays where the rest is
  // unknown only if f cannot be negative, as a convex one.
  const auto is_infinite = [](Convergence side) { return side == Convergence::infinite; };
  const bool one_unknown = left == Convergence::unknown || right == Convergence::unknown;
  return one_unknown && (is_infinite(left) || is_infinite(right)) ? Convergence::infinite
                                                                  : Convergence::unknown;
}

}  // namespace ganwright
