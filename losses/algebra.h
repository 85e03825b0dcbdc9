#pragma once

#include <ginac/ginac.h>

#include <vector>

namespace ganwright {

/// An expression on an interval of t where it is smooth.
struct SmoothPiece {
  GiNaC::numeric start;  ///< left end of the interval; 0 for the first piece
  GiNaC::ex expression;
};

/// Whether an expression is a call of the named function, such as "log".
bool is_function(const GiNaC::ex& e, const char* name);

/// Whether some power in an expression has a numeric exponent beyond `largest`, either way.
bool has_exponent_beyond(const GiNaC::ex& e, int largest);

/// Rewrites an expression in t > 0 so that evaluating it loses no digits: logarithms of products are split,
/// fractional powers of t become powers of one symbol, and every rational part is brought to one fraction
/// with factored numerator and denominator (the normal form of DESIGN §1: f'' = 1/(t(1+t)) for GAN).
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

/// The exact value of an expression in t at one t. Throws LossError where a power of numbers on the way would
/// be enormous, as 99^(9^91) would.
GiNaC::ex value_at(const GiNaC::ex& expression, const GiNaC::numeric& t);

/// Splits an expression at its kinks, the positive zeros of the arguments of abs, and removes every abs.
/// GiNaC differentiates |t-1| to a function without a jump, so this comes before any differentiation.
/// Throws LossError where an argument's zeros cannot be found exactly.
std::vector<SmoothPiece> split_at_kinks(const GiNaC::ex& expression);

}  // namespace ganwright
