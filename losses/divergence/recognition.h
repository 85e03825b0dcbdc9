#pragma once

#include <ginac/ginac.h>

#include <string>
#include <vector>

#include "losses/divergence/divergence.h"

namespace ganwright {

/// A named divergence g with f = scale * g + c (t - 1): the same training problem up to a factor.
struct Recognized {
  std::string name;                        ///< such as "alpha:1/3"
  GiNaC::ex scale;                         ///< a positive number
  [[nodiscard]] std::string text() const;  ///< such as "2 * squared-hellinger"
};

/// Every divergence of the table that equals the given one up to scale and c (t - 1), by exact algebra on f''
/// and the jumps of f'; the parameters of families are found, too. Leaves out the row of the same name; those
/// of scale 1 come first. Empty where nothing is recognized, where f'' is not known in closed form,
/// and where f jumps or has a kink that is not known exactly.
std::vector<Recognized> recognize(const Divergence& divergence);

}  // namespace ganwright
