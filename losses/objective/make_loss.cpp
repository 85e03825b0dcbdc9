#include "losses/objective/make_loss.h"

#include <algorithm>
#include <array>

#include "losses/divergence/design.h"
#include "losses/divergence/named_loss.h"
#include "losses/formula/parser.h"
#include "losses/formula/run_algebra.h"
#include "losses/interval/kink_certificate.h"
#include "losses/interval/sign_certificate.h"
#include "losses/loss_error.h"
#include "losses/text/number.h"
#include "losses/text/words.h"

namespace ganwright {
namespace {

Divergence divergence_of(const LossOptions& options, const Parameters& parameters) {
  const bool is_design = is_written_design(options);
  if (options.shift && options.f.empty()) {
    throw LossError("only a written f can be shifted: write one, or leave the shift out", Remedy::shift);
  }
  if (!options.f.empty() && is_design) {
    throw LossError(
        "a written f and a design (omega, omega^-1, rho) are mutually exclusive; give one of them",
        Remedy::design);
  }
  if (!options.f.empty()) {
    return written_divergence(options.f, parameters, options.shift);
  }
  return is_design ? written_design({options.omega, options.omega_inverse, options.rho}, parameters)
                   : divergence_by_name(options.divergence);
}

// Looks for one point with f'' < 0 on each piece, and for a kink at which f' falls.
void refuse_refuted(const Divergence& divergence) {
  const auto refuse = [&](const std::string& what) {
    throw LossError(divergence.name + " is not convex: " + what +
                        ", so there is no D_f; write another f, or set require_convex to false",
                    Remedy::none);
  };
  SignOptions search;
  search.budget = 300'000;
  for (size_t i = 0; i < divergence.curvature.size(); ++i) {
    const bool is_last = i + 1 == divergence.curvature.size();
    const Range range{divergence.curvature[i].start.upper(),
                      is_last ? std::nullopt : std::optional(divergence.curvature[i + 1].start.lower())};
    const SignCertificate sign =
        certify_nonnegative(divergence.curvature[i].expression, variable_t(), range, search);
    if (sign.negative) {
      refuse("f'' is below 0 at t = " + number_text(sign.negative->at.to_double()));
    }
  }
  for (size_t i = 1; i < divergence.pieces.size(); ++i) {
    if (const KinkCertificate kink = certify_kink(divergence.pieces, i); kink.counterexample) {
      refuse(kink.counterexample->statement);
    }
  }
}

Loss derive_loss(const LossOptions& options) {
  const Parameters parameters = parameters_of(options);
  Divergence divergence = divergence_of(options, parameters);
  if (options.require_convex && is_written(options)) {
    refuse_refuted(divergence);
  }
  Link link = make_link({options.link, parameters}, divergence);
  Objective objective = make_objective(divergence, link);
  if (options.normalize_curvature) {
    objective = curvature_normalized(objective);
  }
  GeneratorObjective generator_objective =
      make_generator_objective({options.generator_objective, options.generator_f, options.beta, parameters},
                               divergence, link, objective);
  return {std::move(divergence), std::move(link), std::move(objective), std::move(generator_objective)};
}

}  // namespace

bool is_written_design(const LossOptions& options) {
  return !(options.omega + options.omega_inverse + options.rho).empty();
}

bool is_written(const LossOptions& options) {
  return !options.f.empty() || is_written_design(options);
}

bool uses_name(const LossOptions& options, const std::string& name) {
  const std::array formulas = {options.f,    options.omega,       options.omega_inverse, options.rho,
                               options.link, options.generator_f, options.beta};
  return std::any_of(formulas.begin(), formulas.end(),
                     [&](const std::string& formula) { return contains_word(formula, name); });
}

Parameters parameters_of(const LossOptions& options) {
  Parameters parameters;
  for (const std::string& text : options.parameters) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || !is_name(name) || is_taken(name)) {
      throw LossError(
          "parameter " + text + ": give NAME=NUMBER, as in a=0.3, with a name that has no meaning yet",
          Remedy::parameter);
    }
    if (!uses_name(options, name)) {
      throw LossError("parameter " + text + ": no formula that is given uses " + name + "; leave it out",
                      Remedy::parameter);
    }
    if (!parameters.emplace(name, parse_number(text.substr(equals + 1))).second) {
      throw LossError("parameter " + text + ": " + name + " is given twice; give it once", Remedy::parameter);
    }
  }
  return parameters;
}

Divergence divergence_of(const LossOptions& options) {
  return divergence_of(options, parameters_of(options));
}

Loss make_loss(const LossOptions& options) {
  return run_algebra(options.f.empty() ? options.divergence : options.f,
                     [&] { return derive_loss(options); });
}

}  // namespace ganwright
