#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <vector>

#include "losses/formula/place.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// A zero of an expression in t.
struct Zero {
  Place place;        ///< where
  bool changes_sign;  ///< whether the signs on its two sides differ
};

/// All zeros of an expression in t on an interval.
struct Zeros {
  std::vector<Zero> found;              ///< from left to right, each the only one at its place
  std::vector<UnprovedPart> unsettled;  ///< where there may be others
};

/// Which zeros are asked for.
enum class ZeroKind {
  all,         ///< every one
  sign_change  ///< those where the sign changes: parts where it is nowhere negative, or nowhere positive,
               ///< count as free of them
};

/// Isolates the zeros in low < t < high, or t > low, where low >= 0, by interval arithmetic and bisection: a
/// part has none where the expression is shown to have one sign; one where it is monotone and its ends differ
/// in sign; and one where it vanishes exactly at a simple fraction and the first derivative that does not has
/// one sign. Parts where the expression has no real value count as free of zeros.
Zeros find_zeros(const GiNaC::ex& expression, const GiNaC::numeric& low,
                 const std::optional<GiNaC::numeric>& high, ZeroKind kind);

}  // namespace ganwright
