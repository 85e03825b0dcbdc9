#pragma once

#include <ginac/ginac.h>

#include <string>
#include <vector>

#include "losses/divergence/divergence.h"

namespace ganwright {

/// A named divergence g with f = scale * g + c (t - 1): the same training problem up to a factor.
struct Recognized {
  std::string name;  ///< such as "alpha:1/3"
  GiNaC::ex scale;
  [[nodiscard]] std::string text() const;  ///< such as "2 squared-hellinger"
};

/// Every named divergence that equals the given one up to scale and c (t - 1), by exact algebra on f'' and
/// the jumps of f'; parameters of the table's families are found, too. Not the one of the same name; those of
/// scale 1 come first. Empty where nothing is recognized, or where f'' is not known in closed form.
std::vector<Recognized> recognize(const Divergence& divergence);

/// The divergence of an f'' in t, known by its curvature alone.
Divergence divergence_of_curvature(const std::string& name, const GiNaC::ex& curvature);

}  // namespace ganwright
