#pragma once

#include <optional>

#include "losses/loss.h"
#include "toy/density.h"

namespace ganwright {

/// f(e^u) of a divergence, interpolated (to about seven digits) for a design without a closed form; empty
/// where there is no f-divergence.
RealFunction f_of_log_ratio(const Divergence& divergence);

/// The same of a loss, with the factor of a curvature that is normalized.
RealFunction f_of_log_ratio(const Loss& loss);

/// D_f(p||q) = E_q[f(p/q)] of two densities on the line, by adaptive Gauss-Kronrod quadrature with integrands
/// in signed logarithms. Infinite where the integrand does not die out in a tail; nothing if it turns too
/// often to be integrated.
std::optional<double> exact_divergence(const RealFunction& f, const Density& p, const Density& q);

/// A Gaussian and its D_f(p||N(mean, standard_deviation^2)).
struct FittedNormal {
  double mean;                ///< of the Gaussian
  double standard_deviation;  ///< of the Gaussian
  double divergence;          ///< D_f(p||N)
};

/// Where to begin a descent: a quarter of a deviation off the moments of p or of one of its components,
/// whichever Gaussian has the smallest D_f; the moments where all are infinite.
FittedNormal starting_normal(const RealFunction& f, const Density& p);

/// The Gaussian of the smallest D_f(p||.), by the Nelder-Mead simplex on the quadrature, from the moments of
/// p, from each of its components, and from `fit`. Of several that are equally good, the one nearest to
/// `fit`. Nothing where the integrand at `fit` turns too often.
std::optional<FittedNormal> best_normal(const RealFunction& f, const Density& p, const FittedNormal& fit);

}  // namespace ganwright
