#pragma once

#include <ginac/ginac.h>

namespace ganwright {

/// An upper bound of the degree, in all symbols and functions together, of the expression's numerator and
/// denominator once they are multiplied out: what exact algebra on it costs.
double degree_bound(const GiNaC::ex& expression);

/// An upper bound of the number of terms that an expression has once it is multiplied out.
double expanded_terms_bound(const GiNaC::ex& expression);

/// Whether some power in an expression has a numeric exponent beyond `largest`, either way.
bool has_exponent_beyond(const GiNaC::ex& e, int largest);

}  // namespace ganwright
