#pragma once

#include "losses/divergence/divergence.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// phi, psi and f as functions of u = log r (§2, §5): phi = f'(r), psi = f(r) - r f'(r), with the slopes
/// phi' = r f''(r) and psi' = -r^2 f''(r). Values come from closed forms, or, for a design, from quadrature
/// of the weight r f''(r) with phi(0) = psi(0) = 0.
struct LogRatioForm {
  ScalarFunction phi;  ///< f'(r)
  ScalarFunction psi;  ///< f(r) - r f'(r)
  RealFunction f;      ///< f(r)
};

/// The form of a divergence; without functions for a baseline that is no f-divergence. Throws LossError where
/// algebra fails.
LogRatioForm log_ratio_form(const Divergence& divergence);

}  // namespace ganwright
