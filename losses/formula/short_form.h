#pragma once

#include <ginac/ginac.h>

namespace ganwright {

/// Larger exponents are not multiplied out: that could take all of the memory.
inline constexpr int kLargestExpandedExponent = 20;

/// The shortest text of those that an expression in v takes under rules that hold for positive bases:
/// (x^a)^b = x^(ab), exp(x + c log b) = b^c exp(x), logarithms of fractions split, powers of exp(v) and a
/// square root collected. `inside` is a v of its domain, which tells the signs of bases. Nothing checks that
/// the result is equal elsewhere: the caller has to.
GiNaC::ex unverified_short_form(const GiNaC::ex& e, double inside);

}  // namespace ganwright
