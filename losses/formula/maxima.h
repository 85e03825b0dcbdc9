#pragma once

#include <ginac/ginac.h>

#include <vector>

namespace ganwright {

/// Functions of which f is the pointwise maximum, for every abs in which f is linear with a positive
/// coefficient: c|h| is the larger one of ch and -ch. So max(a, max(b, c)) gives a, b and c, and f is convex
/// if all of them are, wherever the kinks lie. Just f where there is no such abs, or where there would be
/// over 64.
std::vector<GiNaC::ex> maxima_of(const GiNaC::ex& f);

}  // namespace ganwright
