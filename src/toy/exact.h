#pragma once

#include <optional>

#include "losses/loss.h"
#include "toy/convergence.h"
#include "toy/density.h"

namespace ganwright {

/// f(e^u) of a divergence, interpolated (to about seven digits) for a design without a closed form; empty
/// where there is no f-divergence.
RatioFunction f_of_log_ratio(const Divergence& divergence);

/// The same of a loss, with the factor of a curvature that is normalized.
RatioFunction f_of_log_ratio(const Loss& loss);

/// D_f(p||q) = E_q[f(p/q)] of two densities on the line, as a signed logarithm, so that e^1600 is told from
/// infinity. Whether it is finite is decided by convergence_of; then it is integrated by integral_over, on
/// panels around every Gaussian of p and q and around those that the integrand resembles far out. Nothing if
/// the tails follow no law or the integrand turns too often to be integrated.
std::optional<SignedLog> exact_divergence(const RatioFunction& f, const Density& p, const Density& q);

}  // namespace ganwright
