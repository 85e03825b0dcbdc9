#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <utility>
#include <vector>

namespace ganwright {

/// The shortest text of those that an expression in v takes under rules that hold for positive bases:
/// (x^a)^b = x^(ab), exp(x + c log b) = b^c exp(x), logarithms of fractions split, powers of exp(v) and a
/// square root collected. `inside` is a v of its domain, which tells signs; whether the result is equal
/// everywhere is for the caller to check.
GiNaC::ex tidied(const GiNaC::ex& e, double inside);

/// The terms of a sum, or the expression itself.
std::vector<GiNaC::ex> operands_of_sum(const GiNaC::ex& e);

/// c and g of a term c log(g).
std::optional<std::pair<GiNaC::numeric, GiNaC::ex>> multiple_of_log(const GiNaC::ex& term);

/// Whether there is a power with an exponent so large that expanding it would take all of the memory.
bool has_enormous_power(const GiNaC::ex& e);

}  // namespace ganwright
