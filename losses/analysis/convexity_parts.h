#pragma once

#include <cstdint>
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

/// Adds what is known of f'' on each piece; returns what is left of the budget.
int64_t certify_smooth_pieces(const std::vector<SmoothPiece>& pieces, SignOptions options,
                              ConvexityCertificate& certificate);

/// Adds what f and f' do where pieces meet, but for the gaps that f's limit fills.
void certify_kinks(const std::vector<SmoothPiece>& pieces, const std::vector<Place>& gaps,
                   ConvexityCertificate& certificate);

/// Whether f, with its groups as they are written (grouping.h), is a sum of maxima and positive multiples of
/// convex functions. Wherever the kinks of a maximum lie, they need no look.
bool is_composed_of_convex_functions(const GiNaC::ex& written, const SignOptions& options,
                                     ConvexityCertificate& certificate);

/// Certifies a written f by its smooth pieces and kinks; where these do not show that it is convex, perhaps
/// the functions do of which it is composed. Gaps of the pieces are filled.
void certify_written(const Divergence& divergence, const SignOptions& options,
                     std::vector<SmoothPiece>& pieces, ConvexityCertificate& certificate);

/// Certifies a design: f'' = rho(omega) omega' where omega is known to undo the omega^{-1} that is trained
/// with; otherwise rho >= 0 and a rising omega^{-1} say the same of what is trained.
void certify_design(const Divergence& divergence, SignOptions options, ConvexityCertificate& certificate);

}  // namespace ganwright
