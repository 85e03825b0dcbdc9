#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <utility>
#include <vector>

namespace ganwright {

/// The terms of a sum, or the expression itself.
std::vector<GiNaC::ex> terms_of(const GiNaC::ex& e);

/// The factors of a product, or the expression itself.
std::vector<GiNaC::ex> factors_of(const GiNaC::ex& e);

/// Whether an expression is a call of the named function, such as "log".
bool is_function(const GiNaC::ex& e, const char* name);

/// c and g of a term c log(g) with a number c; nothing for any other term.
std::optional<std::pair<GiNaC::numeric, GiNaC::ex>> as_multiple_of_log(const GiNaC::ex& term);

/// exp(a log g + b) as g^a exp(b): equal wherever g > 0.
GiNaC::ex exp_with_logs_as_powers(const GiNaC::ex& argument);

/// Whether an expression in t is positive for every t > 0, as far as that can be read off the signs of its
/// coefficients. False also where it cannot be told.
bool is_positive_by_signs(const GiNaC::ex& e);

/// An expression as one fraction, numerator and denominator factored (into square-free parts beyond degree
/// 24): equal wherever both are defined. Throws std::invalid_argument where a coefficient, such as pi, is not
/// rational.
GiNaC::ex factored_fraction(const GiNaC::ex& e);

/// The same; one fraction that is not factored where a coefficient is not rational; the expression as it is
/// where its degree_bound is beyond 60.
GiNaC::ex factored_fraction_if_possible(const GiNaC::ex& e);

/// Joins the powers of one base in each product, whatever their exponents: t^pi/t becomes t^(pi-1). Equal
/// wherever both are defined.
GiNaC::ex with_powers_joined(const GiNaC::ex& expression);

/// Brings the base of every power to one fraction, so that ((t/(1+t))/(1 - t/(1+t)))^q becomes t^q: equal
/// wherever both are defined.
GiNaC::ex with_bases_as_fractions(const GiNaC::ex& expression);

}  // namespace ganwright
