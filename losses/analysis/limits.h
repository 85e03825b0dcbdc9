#pragma once

#include "losses/divergence/divergence.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// How a nonnegative function of r = e^u behaves as r tends to 0 or to infinity: like r^exponent times a
/// power of log r. nan if unknown.
struct Tail {
  double exponent;   ///< of r
  double log_power;  ///< of |log r|, where the exponent is 0
  double limit;      ///< 0, finite or infinite
  double direction;  ///< -1 towards r = 0, 1 towards r = inf

  /// Whether the integral over u = log r to that end is finite.
  [[nodiscard]] bool is_integrable() const;
};

/// The tail of a function of u = log r, from its logarithms at u = direction * far and halfway there.
Tail tail_of(const RealFunction& function, double direction, double far);

/// The limits of f(t) at both ends of (0, inf). Each may be infinite, or nan if unknown.
struct Limits {
  double f_at_zero;              ///< f(0+)
  double slope_at_zero;          ///< f'(0+)
  double slope_at_one;           ///< f'(1), the middle of a jump there
  double slope_at_infinity;      ///< f'(inf) = lim f(t)/t
  Tail real_weight_at_zero;      ///< of r f''(r), the slope of phi in u = log r
  Tail real_weight_at_infinity;  ///< of the same
  Tail fake_weight_at_zero;      ///< of r^2 f''(r), the slope of -psi in u
  Tail fake_weight_at_infinity;  ///< of the same

  /// The cost of a unit of p's mass where q has none, f'(inf) - f'(1): that of f - f'(1) (t-1), the same
  /// divergence with a minimum at t = 1.
  [[nodiscard]] double missed_cost() const { return slope_at_infinity - slope_at_one; }
  /// The cost of a unit of q's mass where p has none, f(0) + f'(1).
  [[nodiscard]] double stray_cost() const { return f_at_zero + slope_at_one; }
  /// The largest value of D_f, f(0) + f'(inf), taken where p and q do not overlap (Vajda 1972).
  [[nodiscard]] double largest_value() const { return f_at_zero + slope_at_infinity; }
};

/// The limits of a divergence, from f'' in stable form, so that nothing cancels far out. A design has
/// f(1) = f'(1) = 0. Throws LossError for a baseline without an f.
Limits limits_of(const Divergence& divergence);

}  // namespace ganwright
