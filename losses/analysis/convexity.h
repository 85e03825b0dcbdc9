#pragma once

#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/interval/kink_certificate.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// How far certify_convexity looks.
struct ConvexityOptions {
  /// L: boxes cover t from e^-L to e^L; the two tails are tried as a whole.
  double log_range = SignOptions{}.log_range;
};

/// Whether f is a divergence's f: convex on t > 0 and 0 at 1.
struct ConvexityCertificate {
  Verdict verdict = Verdict::undecided;    ///< of both
  std::string headline;                    ///< the verdict in a line
  Verdict convexity = Verdict::undecided;  ///< of f being convex
  double covered_from = 0;  ///< lower end of where convexity is proved: 0 unless a tail stayed open
  double covered_to = std::numeric_limits<double>::infinity();  ///< its upper end
  /// Whether convexity is proved on all of (0, inf).
  [[nodiscard]] bool covers_everything() const;
  std::optional<Counterexample> counterexample;  ///< where convexity is refuted
  std::vector<UnprovedPart> undecided;           ///< from left to right, without the tails
  /// Of the undecided parts: v for a design of which only rho and omega^-1 are known, or are trusted.
  std::string variable = "t";
  Verdict zero_at_one = Verdict::undecided;  ///< of f(1) = 0
  double f_at_one = 0;                       ///< nan if f has no value at 1
  std::vector<std::string> kinks;            ///< what was found at each, a line each
  int64_t boxes = 0;                         ///< how many were examined
  int depth = 0;                             ///< how often the smallest one was halved
};

/// Certifies by interval arithmetic that f is finite and convex on t > 0 and that f(1) = 0: on each piece
/// f'' >= 0 where f is analytic as it is written, at each kink f is continuous and f' does not fall. Of a
/// design: that omega undoes omega^-1 and f'' >= 0, or that rho >= 0 and omega^-1 rises from 0 to infinity.
/// Takes at most about two seconds. Throws LossError if f is not known in closed form.
ConvexityCertificate certify_convexity(const Divergence& divergence, const ConvexityOptions& options = {});

}  // namespace ganwright
