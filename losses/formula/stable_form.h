#pragma once

#include <ginac/ginac.h>

namespace ganwright {

/// Rewrites an expression in t so that evaluating it loses no digits (§5): equal for every t > 0 at which
/// both are defined. Logarithms of products are split where the factors are positive, fractional powers of t
/// become powers of one symbol, and every rational part is brought to one fraction with factored numerator
/// and denominator, so that terms cancel by algebra and not in floating point: f'' = 1/(t(1+t)) for GAN.
/// Logarithms stay outside, each with its own coefficient. Rational parts that would take long to factor stay
/// as they are. Throws LossError for a formula whose degree_bound is over 5000, and where algebra finds a
/// pole.
GiNaC::ex stable_form(const GiNaC::ex& expression);

/// The same; the expression as it is where that throws.
GiNaC::ex stable_form_if_possible(const GiNaC::ex& expression);

}  // namespace ganwright
