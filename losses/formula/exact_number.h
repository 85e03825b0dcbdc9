#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>

namespace ganwright {

/// The exact value of an expression in t at one t. Throws LossError if it is not defined, or if a power of
/// numbers on the way would be enormous, as 99^(9^91) would.
GiNaC::ex exact_value_at(const GiNaC::ex& expression, const GiNaC::numeric& t);

/// True where an expression in t is certainly zero at that t, as log(t) - 2*log(2) is at 4. False also where
/// that cannot be told, or where the expression is not defined.
bool is_zero_at(const GiNaC::ex& expression, const GiNaC::numeric& t);

/// The decimal of fewest digits near the middle (by ratio) of 0 <= lower <= upper; upper may be infinite.
GiNaC::numeric short_decimal_between(double lower, double upper);

/// A finite double as a fraction.
GiNaC::numeric exact_fraction(double x);

/// The positive fraction of smallest terms in 0 <= lower <= upper, both ends included; upper may be infinite.
/// Nothing where numerator or denominator would reach 1000.
std::optional<GiNaC::numeric> simplest_fraction_between(double lower, double upper);

/// An exact number as the parser reads it again: 0.25 for 1/4, and 1/3 where there is no short decimal.
std::string exact_text(const GiNaC::numeric& number);

}  // namespace ganwright
