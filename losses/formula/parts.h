#pragma once

#include <ginac/ginac.h>

#include <vector>

namespace ganwright {

/// The second derivative of an expression in t as a sum of parts, each in stable form: the rational and
/// logarithmic terms are one, those with the same roots or other functions are one each. In one fraction they
/// would stand in each other's way: of t log t + t^0.3 both parts have a sign that shows.
std::vector<GiNaC::ex> second_derivative_by_parts(const GiNaC::ex& expression);

}  // namespace ganwright
