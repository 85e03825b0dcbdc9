#pragma once

#include "losses/numeric/real_function.h"

namespace ganwright {

/// The integral of a smooth function from 0 to x, by Gauss-Legendre quadrature on panels of length one; full
/// precision for functions that vary on the scale of one, such as every weight r f''(r) in u = log r.
RealFunction integral_from_zero(const RealFunction& integrand);

/// f(e^u) of the f with f(1) = f'(1) = 0 and the given weight r f''(r) in u = log r, as the integral of
/// (e^u - e^w) times the weight, so that no large numbers are subtracted from one another.
RealFunction f_from_weight(const RealFunction& weight);

/// The x in [low, high] at which a rising function takes a value; the nearer end where it takes it nowhere.
double solve_rising(const RealFunction& function, double value, double low, double high);

}  // namespace ganwright
