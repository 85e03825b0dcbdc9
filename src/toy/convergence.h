#pragma once

#include <optional>

#include "losses/analysis/growth.h"
#include "losses/numeric/real_function.h"
#include "toy/density.h"

namespace ganwright {

/// f(e^u) of a divergence, without the line f'(1) (t - 1) that adds nothing to D_f, and its growth at both
/// ends, which decides whether D_f is finite.
struct RatioFunction {
  RealFunction value = {};  ///< of u = log r
  EndGrowth growth = {};    ///< of f towards r = 0 and r = inf
  /// Whether there is a function.
  [[nodiscard]] explicit operator bool() const { return static_cast<bool>(value); }
};

/// Whether the integral D_f(p||q) has a finite value.
enum class Convergence {
  finite,             ///< it has
  infinite,           ///< it is infinite
  negative_infinite,  ///< minus infinity, of an f that is not convex
  unknown             ///< f follows no law that tells
};

/// Decides it from the tails alone. Far out, a mixture is its widest Gaussian, of several the one farthest in
/// that direction, so that u = log p/q is a quadratic there; with f growing like r^k |log r|^l the logarithm
/// of the integrand, log q + k u + l log |u|, is a quadratic as well, and the integral is finite where its
/// first coefficient that is not 0 is negative, or with l < -1/2 where both are 0 (§10). In the plane the
/// cases in which the quadratic coefficient does not decide are unknown.
Convergence convergence_of(const EndGrowth& growth, const Density& p, const Density& q);

}  // namespace ganwright
