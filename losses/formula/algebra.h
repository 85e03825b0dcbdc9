#pragma once

#include <ginac/ginac.h>

namespace ganwright {

/// Whether an expression is a call of the named function, such as "log".
bool is_function(const GiNaC::ex& e, const char* name);

/// Whether some power in an expression has a numeric exponent beyond `largest`, either way.
bool has_exponent_beyond(const GiNaC::ex& e, int largest);

/// Whether an expression is positive for every t > 0, as far as that can be read off the signs of its
/// coefficients.
bool is_plainly_positive(const GiNaC::ex& e);

/// An expression as one fraction with its factors; as one fraction where a coefficient such as pi is not
/// rational, and as it is where its degree is beyond 60.
GiNaC::ex factored(const GiNaC::ex& e);

/// Rewrites an expression in t > 0 so that evaluating it loses no digits: logarithms of products are split,
/// fractional powers of t become powers of one symbol, and every rational part is brought to one fraction
/// with factored numerator and denominator (the normal form of §5: f'' = 1/(t(1+t)) for GAN).
/// Logarithms stay outside, each with its own coefficient. What would be too much work to bring to
/// this form is left as it is. Throws LossError for a formula that is enormous.
GiNaC::ex simplify(const GiNaC::ex& expression);

/// An upper bound of the degree, in all symbols and functions together, of the expression's numerator and
/// denominator once they are multiplied out: what exact algebra on it costs.
double degree_bound(const GiNaC::ex& expression);

/// An upper bound of the number of terms that an expression has once it is multiplied out.
double expanded_terms_bound(const GiNaC::ex& expression);

/// Brings the bases of powers to one fraction: ((t/(1+t))/(1 - t/(1+t)))^q is t^q.
GiNaC::ex with_normal_bases(const GiNaC::ex& expression);

}  // namespace ganwright
