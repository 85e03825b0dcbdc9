#pragma once

#include <string>
#include <vector>

#include "losses/divergence/divergence.h"
#include "losses/interval/sign_certificate.h"

namespace ganwright {

/// Whether the maximum of the training problem is D_f.
struct VariationalCertificate {
  Verdict verdict = Verdict::proved;  ///< of all claims
  std::vector<std::string> lines;     ///< the claims, those that are not proved with their verdict in front
};

/// Certifies the training problem of a divergence (§1, §4). For a smooth f with phi = f'(t) and
/// psi = f(t) - t f'(t): t phi' + psi' = 0, so that the derivative of p phi + q psi changes its sign at t =
/// p/q alone where f'' > 0, and t phi + psi = f, so that the maximum is D_f. For a dual pair: the conjugate
/// is that of f, and the output activation rises from the lowest to the highest slope of f. Throws LossError
/// where f is not known in closed form.
VariationalCertificate certify_variational_form(const Divergence& divergence);

}  // namespace ganwright
