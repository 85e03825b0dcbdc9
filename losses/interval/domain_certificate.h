#pragma once

#include <ginac/ginac.h>

#include <optional>
#include <vector>

#include "losses/formula/domain.h"
#include "losses/formula/place.h"
#include "losses/interval/range.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// What is known about where a written formula has a real value.
struct DomainCertificate {
  /// Of its having one everywhere on the range but, perhaps, where a divisor is zero.
  Verdict verdict = Verdict::proved;
  std::optional<GiNaC::numeric> undefined_at;  ///< a point without a real value
  std::vector<UnprovedPart> unproved;          ///< from left to right
  /// Where a divisor is zero: a pole, or a gap that f's limit fills.
  std::vector<Place> zero_divisors;
};

/// Proves or refutes that every step of a formula has a real value on an open range of its variable. Zeros of
/// divisors are looked for on all of t > 0 only; elsewhere a divisor that may be 0 is undecided.
DomainCertificate certify_domain(const Domain& domain, const GiNaC::symbol& variable, const Range& range,
                                 const SignOptions& options = {});

}  // namespace ganwright
