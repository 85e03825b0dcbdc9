#pragma once

#include <ginac/ginac.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "losses/interval/range.h"

namespace ganwright {

/// What a certificate says. `proved` and `refuted` hold rigorously, rounding included.
enum class Verdict {
  proved,    ///< it holds
  refuted,   ///< it does not hold
  undecided  ///< neither was shown
};

/// "proved", "refuted" or "undecided".
std::string verdict_name(Verdict verdict);

/// How hard certify_nonnegative tries, and what else it asks for.
struct SignOptions {
  /// Boxes cover the distances e^-log_range to e^log_range from the ends of the range; what is nearer or
  /// farther is a box of its own, the tail.
  double log_range = 18.420680743952367;  // log(1e8)
  /// The most interval additions that the search may cost; about 0.15 us each.
  int64_t budget = 3'000'000;
  /// An expression that must be analytic on the range too, such as f where the sign of a rewritten f'' is
  /// asked.
  std::optional<GiNaC::ex> analytic;
  /// Parts whose sum is the same expression, which may have the tighter enclosure; may be empty.
  std::vector<GiNaC::ex> parts = {};
  /// Whether expression > 0 is asked for.
  bool is_strict = false;
};

/// A point where the expression is certainly negative.
struct NegativePoint {
  GiNaC::numeric at;  ///< of the variable
  double bound;       ///< the expression is at most this there; 0 at a zero, where that refutes
};

/// A part of the range where nothing was proved.
struct UnprovedPart {
  double lower;             ///< its lower end
  double upper;             ///< its upper end
  std::string_view reason;  ///< why, a literal
};

/// What certify_nonnegative found.
struct SignCertificate {
  Verdict verdict = Verdict::undecided;   ///< of expression >= 0, or > 0, on the range
  std::optional<NegativePoint> negative;  ///< where it is refuted by a sign
  /// A point without a real value, in an interval of such points.
  std::optional<GiNaC::numeric> undefined_at;
  /// From left to right, neighbors joined.
  std::vector<UnprovedPart> unproved;
  /// Proved, analytic all over the range, and not 0 everywhere: zeros are isolated.
  bool is_positive_but_for_isolated_zeros = false;
  int64_t boxes = 0;  ///< how many were examined
  int depth = 0;      ///< how often the smallest box was halved
  int64_t cost = 0;   ///< in interval additions
};

/// Proves or refutes expression >= 0 on an open range of its variable by interval arithmetic and bisection.
/// Every closed box is proved by its enclosure, by the signs of the derivatives on it, or by a zero of even
/// order at a simple fraction. Throws LossError for an expression that cannot be enclosed.
SignCertificate certify_nonnegative(const GiNaC::ex& expression, const GiNaC::symbol& variable,
                                    const Range& range, const SignOptions& options = {});

}  // namespace ganwright
