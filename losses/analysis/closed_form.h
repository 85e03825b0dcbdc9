#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/objective/link.h"
#include "losses/objective/objective.h"

namespace ganwright {

/// The divergence with a closed-form f: itself, or, for a design equal to a known divergence up to scale and
/// c (t - 1), that f with f'(1) = 0. Empty if no closed form is known.
std::optional<Divergence> with_closed_form(const Divergence& divergence);

/// The convex conjugate f*(v) = sup_{t > 0} t v - f(t) for low <= v <= high.
struct ConjugatePart {
  double low;         ///< lower end of its v
  double high;        ///< upper end of its v
  GiNaC::ex formula;  ///< in v
};

/// f* from f'(0) to f'(inf), in increasing order; below f'(0) it is the constant -f(0), above f'(inf) it is
/// infinite. Every formula is checked against f at several points. Empty where f' cannot be inverted by
/// algebra, as that of jeffreys.
std::vector<ConjugatePart> conjugate_of(const Divergence& divergence);

/// The objective in v, each formula where algebra finds it and it agrees with the objective.
struct ObjectiveFormulas {
  std::optional<GiNaC::ex> omega_inverse;  ///< r
  std::optional<GiNaC::ex> rho;            ///< phi'
  std::optional<GiNaC::ex> phi;            ///< on real samples
  std::optional<GiNaC::ex> psi;            ///< on generated samples
};

/// The formulas of an objective under a link; each is checked against the objective at several points.
ObjectiveFormulas formulas_of(const Divergence& divergence, const Link& link, const Objective& objective);

}  // namespace ganwright
