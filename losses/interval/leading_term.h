#pragma once

#include <ginac/ginac.h>

namespace ganwright {

/// An expression in t times the power of t that makes the lowest one among its terms t^0: as t tends to 0 the
/// leading term shows, whose sign is that of the sum.
GiNaC::ex with_constant_leading_term(const GiNaC::ex& expression);

}  // namespace ganwright
