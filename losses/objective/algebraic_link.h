#pragma once

#include <optional>
#include <string>

#include "losses/interval/range.h"
#include "losses/objective/link.h"

// Links whose omega^{-1} is a formula.

namespace ganwright {

/// The link of an omega^{-1} in v, with an activation that keeps v in the range. Throws LossError if it
/// does not rise.
Link link_from_inverse(const std::string& name, const GiNaC::ex& omega_inverse, const Range& range);

/// The link v = h without an activation, beyond the range too: where rho falls and omega^{-1} rho rises along
/// straight lines, phi and psi stay concave on the whole real line. Nothing where they do not.
std::optional<Link> extended_link(const std::string& name, const GiNaC::ex& omega_inverse,
                                  const GiNaC::ex& rho, const Range& range);

/// The extended link of a divergence where there is one, the link with an activation otherwise, for an omega
/// in t and its inverse in v.
Link algebraic_link(const std::string& name, const GiNaC::ex& omega, const GiNaC::ex& omega_inverse,
                    const Range& range, const Divergence& divergence);

}  // namespace ganwright
