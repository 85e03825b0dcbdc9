#pragma once

#include <ginac/ginac.h>

namespace ganwright {

// A formula as it is written: sums in parentheses stay groups and maxima stay maxima, which algebra would
// multiply out or turn into abs. So a sum of convex functions is seen to be one.

/// A sum that stays together.
GiNaC::ex group(const GiNaC::ex& sum);

/// The larger one, as a maximum.
GiNaC::ex group_of_maximum(const GiNaC::ex& a, const GiNaC::ex& b);

/// Whether it is group(sum).
bool is_group(const GiNaC::ex& e);

/// Whether it is group_of_maximum(a, b).
bool is_maximum(const GiNaC::ex& e);

/// Whether a term of it is a group or a maximum, or a multiple of one that is positive by its signs.
bool is_composed(const GiNaC::ex& e);

/// The same as algebra: groups as sums, maxima by abs.
GiNaC::ex without_groups(const GiNaC::ex& e);

}  // namespace ganwright
