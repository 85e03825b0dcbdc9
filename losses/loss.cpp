#include "losses/loss.h"

#include <cctype>

#include "losses/divergence/design.h"
#include "losses/divergence/registry.h"
#include "losses/formula/expression.h"
#include "losses/formula/guarded.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

bool is_name(const std::string& text) {
  if (text.empty() || std::isdigit(static_cast<unsigned char>(text[0])) != 0) {
    return false;
  }
  for (const char c : text) {
    if (std::isalnum(static_cast<unsigned char>(c)) == 0 && c != '_') {
      return false;
    }
  }
  return !is_taken(text);
}

Loss derived(const LossOptions& options) {
  const Parameters parameters = parameters_of(options);
  Divergence divergence = divergence_of(options);
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

bool speaks_of(const LossOptions& options, const std::string& name) {
  const auto is_letter = [](char c) { return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '_'; };
  for (const std::string& formula : {options.f, options.omega, options.omega_inverse, options.rho,
                                     options.link, options.generator_f, options.beta}) {
    for (size_t at = formula.find(name); at != std::string::npos; at = formula.find(name, at + 1)) {
      const size_t end = at + name.size();
      const bool starts = at == 0 || !is_letter(formula[at - 1]);
      if (starts && (end == formula.size() || !is_letter(formula[end]))) {
        return true;
      }
    }
  }
  return false;
}

Parameters parameters_of(const LossOptions& options) {
  Parameters parameters;
  for (const std::string& text : options.parameters) {
    const size_t equals = text.find('=');
    const std::string name = text.substr(0, equals);
    if (equals == std::string::npos || !is_name(name)) {
      throw LossError("--param " + text +
                      ": give NAME=NUMBER, as in a=0.3, with a name that has no meaning yet");
    }
    if (!speaks_of(options, name)) {
      throw LossError("--param " + text + ": no formula that is given speaks of " + name);
    }
    if (!parameters.emplace(name, parse_number(text.substr(equals + 1))).second) {
      throw LossError("--param " + text + ": " + name + " is given twice");
    }
  }
  return parameters;
}

bool is_written_design(const LossOptions& options) {
  return !(options.omega + options.omega_inverse + options.rho).empty();
}

bool is_written(const LossOptions& options) {
  return !options.f.empty() || is_written_design(options);
}

Divergence divergence_of(const LossOptions& options) {
  const Parameters parameters = parameters_of(options);
  const bool is_design = is_written_design(options);
  if (options.shift && options.f.empty()) {
    throw LossError("--shift is for a written f; give --f, or leave it out");
  }
  if (!options.f.empty() && is_design) {
    throw LossError(
        "--f and a design (--omega, --omega-inverse, --rho) exclude one another; give one of them");
  }
  if (!options.f.empty()) {
    return written_divergence(options.f, parameters, options.shift);
  }
  return is_design ? written_design({options.omega, options.omega_inverse, options.rho}, parameters)
                   : divergence_by_name(options.divergence);
}

Loss make_loss(const LossOptions& options) {
  return guarded(options.f.empty() ? options.divergence : options.f, [&] { return derived(options); });
}

}  // namespace ganwright
