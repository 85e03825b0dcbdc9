#pragma once

#include <ginac/ginac.h>

#include <optional>

namespace ganwright {

/// Solves e(x) = y for x by undoing one operation after another; nothing if that does not succeed. One
/// branch is taken where there are several, as of a square: whether it is the right one is for the caller to
/// check.
std::optional<GiNaC::ex> inverse_by_algebra(const GiNaC::ex& e, const GiNaC::symbol& x, const GiNaC::ex& y);

}  // namespace ganwright
