#pragma once

#include <string>
#include <vector>

#include "losses/analysis/convexity.h"

namespace ganwright {

// The parts of certify_convexity, each of which adds what it finds to the certificate.

/// A counterexample where a function, such as "f", has no real value.
Counterexample undefined_at(const GiNaC::numeric& place, const std::string& what,
                            const std::string& variable);

/// Adds what is known of the sign of `what`, such as "f''", a function of `variable`.
void add_sign(const SignCertificate& found, const std::string& what, const std::string& variable,
              ConvexityCertificate& certificate);

/// Certifies a written f by its smooth pieces and kinks; where these do not show that it is convex, perhaps
/// the functions do of which f is the maximum. Gaps of the pieces are filled.
void certify_written(const Divergence& divergence, const SignOptions& options,
                     std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate);

/// Certifies a design: f'' = rho(omega) omega' where omega is known to undo the omega^{-1} that is trained
/// with; otherwise rho >= 0 and a rising omega^{-1} say the same of what is trained.
void certify_design(const Divergence& divergence, SignOptions options, ConvexityCertificate& certificate);

}  // namespace ganwright
