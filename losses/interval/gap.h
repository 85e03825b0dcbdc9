#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <vector>

#include "losses/interval/kink_certificate.h"
#include "losses/interval/smooth_pieces.h"

namespace ganwright {

/// The limit of an expression in t at a point where it is 0/0 and analytic all around, by the first
/// derivatives of numerator and denominator that are not zero; nothing where it has none, or is not shown to.
std::optional<GiNaC::ex> limit_at(const GiNaC::ex& expression, const GiNaC::numeric& t);

/// What a zero of a divisor is.
struct GapFinding {
  Verdict verdict = Verdict::proved;  ///< of f having a limit there
  std::string text;                   ///< such as "t = 1: f is taken by its limit, 0"; may be empty
  std::optional<Counterexample> counterexample;  ///< a pole
};

/// Tells a removable gap of f from a pole at a zero of a divisor. Where f has a limit, the piece is rewritten
/// so that it has its value there, or, where that is not possible, begins anew there.
GapFinding fill_gap(std::vector<SmoothPiece>& pieces, const Place& place);

}  // namespace ganwright
