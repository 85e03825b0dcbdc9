#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <string>
#include <vector>

#include "losses/interval/interval.h"
#include "losses/interval/sign_certificate.h"
#include "losses/interval/smooth_pieces.h"

namespace ganwright {

/// A proof that f is not convex, or not a function on t > 0.
struct Counterexample {
  GiNaC::numeric t;  ///< where
  /// An upper bound, below 0, of what convexity wants to be at least 0: f'' at t, the jump of f' at a kink,
  /// or the mean of f at t-d and t+d less f at t. Nan where f has no value at t.
  double bound;
  std::string statement;  ///< such as "f''(t) = -0.01 < 0 at t = 3"
};

/// What was proved where two pieces of f meet.
struct KinkCertificate {
  Verdict verdict;                               ///< proved: f is continuous and f' does not fall
  std::string text;                              ///< such as "t = 1: f' rises from -0.5 to 0.5"
  std::optional<Counterexample> counterexample;  ///< where it is refuted
};

/// Encloses f at one point; nothing if f has no value there, or is not shown to have one.
std::optional<Interval> enclose_at(const std::vector<SmoothPiece>& pieces, const GiNaC::numeric& t);

/// Looks for d > 0 with f(c) > (f(c-d) + f(c+d))/2, at c = t and close beside it.
std::optional<Counterexample> find_concave_triple(const std::vector<SmoothPiece>& pieces,
                                                  const GiNaC::numeric& t);

/// Proves or refutes convexity across the kink at which piece number `right`, 1 or more, begins. Where that
/// is known between two bounds only, f'' >= 0 is shown there, too, for the pieces on both sides.
KinkCertificate certify_kink(const std::vector<SmoothPiece>& pieces, size_t right);

/// What f' does where a piece begins.
enum class Jump {
  none,   ///< it has no jump, by algebra
  rises,  ///< certainly
  falls,  ///< certainly
  unclear
};

/// What f' does where piece number `right`, 1 or more, begins; unclear where f' is not finite there.
Jump jump_at(const std::vector<SmoothPiece>& pieces, size_t right);

}  // namespace ganwright
