#include "losses/divergence/design.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "losses/formula/algebra.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/inverse.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/interval_program.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/text/nearest_name.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::ex_to;
using GiNaC::is_a;
using GiNaC::numeric;

std::vector<DesignRow> make_design_table() {
  return {
      {.name = "cross-entropy",
       .omega = "t/(1+t)",
       .omega_inverse = "v/(1-v)",
       .rho = "1/v",
       .note = "the original GAN, less its constant -2 log 2"},
      {.name = "mse",
       .omega = "(b*t+a)/(t+1)",
       .omega_inverse = "(v-a)/(b-v)",
       .rho = "b-v",
       .note = "LSGAN with labels a for generated and b for real samples",
       .symbols = {"a", "b"},
       .defaults = {"0", "1"},
       .condition = "b-a"},
      {.name = "exponential",
       .omega = "log(t)",
       .omega_inverse = "exp(v)",
       .rho = "exp(-v/2)/2",
       .note = "squared Hellinger by the logarithm of the ratio"},
      {.name = "ratio-mse",
       .omega = "t",
       .omega_inverse = "v",
       .rho = "1",
       .note = "least-squares fit of the ratio itself; half of pearson-chi2"},
      {.name = "power",
       .omega = "t^alpha",
       .omega_inverse = "v^(1/alpha)",
       .rho = "v^beta",
       .note = "f'' = alpha t^(alpha (beta+1) - 1)",
       .symbols = {"alpha", "beta"},
       .defaults = {"1/2", "-1"},
       .condition = "alpha"},
      {.name = "log",
       .omega = "log(t)/alpha",
       .omega_inverse = "exp(alpha*v)",
       .rho = "exp(-beta*v)",
       .note = "f'' = t^(-1 - beta/alpha)/alpha; beta 0 is kl, alpha/2 Hellinger, alpha reverse-kl",
       .symbols = {"alpha", "beta"},
       .defaults = {"1", "1/2"},
       .condition = "alpha"},
      {.name = "sigmoid",
       .omega = "t^alpha/(1+t^alpha)",
       .omega_inverse = "(v/(1-v))^(1/alpha)",
       .rho = "v^b*(1-v)^c",
       .note = "f'' = alpha t^(alpha (b+1) - 1) (1+t^alpha)^(-b-c-2); 1,-1,0 is gan, 1,0,1 triangular",
       .symbols = {"alpha", "b", "c"},
       .defaults = {"1", "-1", "0"},
       .condition = "alpha"},
  };
}

std::vector<std::string> split(std::string_view text, char separator) {
  std::vector<std::string> parts;
  for (size_t start = 0; start <= text.size();) {
    const size_t end = std::min(text.find(separator, start), text.size());
    parts.emplace_back(text.substr(start, end - start));
    start = end + 1;
  }
  return parts;
}

Parameters read_parameters(const DesignRow& row, std::string_view name) {
  const size_t colon = name.find(':');
  const std::vector<std::string> values =
      colon == std::string_view::npos ? row.defaults : split(name.substr(colon + 1), ',');
  std::string symbols;
  for (const std::string& symbol : row.symbols) {
    symbols += (symbols.empty() ? "" : ",") + symbol;
  }
  if (row.symbols.empty() && colon != std::string_view::npos) {
    throw LossError(row.name + " takes no parameter; write '" + row.name + "'");
  }
  if (values.size() != row.symbols.size()) {
    throw LossError(std::string(name) + ": give " + std::to_string(row.symbols.size()) + " numbers, as in " +
                    row.name + ":" + symbols);
  }
  Parameters parameters;
  for (size_t i = 0; i < values.size(); ++i) {
    constexpr double kLargest = 100;
    const numeric value = parse_number(values[i]);
    if (std::abs(value.to_double()) > kLargest) {
      throw LossError(std::string(name) + ": " + row.symbols[i] + " = " + values[i] +
                      " is out of range; give a number from -100 to 100");
    }
    parameters.emplace(row.symbols[i], value);
  }
  if (!ex_to<numeric>(parse_expression(row.condition, parameters)).is_positive()) {
    throw LossError(std::string(name) + ": " + row.condition + " has to be positive");
  }
  return parameters;
}

// A formula of a design, with what its steps ask added to the domain.
ex read(const std::string& text, const Parameters& parameters, const GiNaC::symbol& variable,
        Domain& domain) {
  const Formula formula = parse_formula(text, parameters, variable);
  domain.insert(domain.end(), formula.domain.begin(), formula.domain.end());
  return formula.expression;
}

Divergence divergence_of_design(const std::string& name, Design design) {
  const auto& t = variable_t();
  Divergence divergence{.name = name, .f = "", .pieces = {}};
  if (design.omega) {
    const ex rho = design.rho.subs(variable_v() == *design.omega);
    divergence.curvature.push_back({0, stable_form(rho * design.omega->diff(t))});
  }
  divergence.design = std::move(design);
  return divergence;
}

// By more than rounding explains.
bool falls(const SignedLog& before, const SignedLog& after) {
  constexpr double kAbsoluteRounding = 1e-12;
  constexpr double kRelativeRounding = 1e-9;
  const SignedLog change = after + (-before);
  return change.is_undefined() ||
         (change.sign < 0 &&
          change.log > std::max(std::log(kAbsoluteRounding), before.log + std::log(kRelativeRounding)));
}

}  // namespace

const std::vector<DesignRow>& design_table() {
  static const std::vector<DesignRow> table = make_design_table();
  return table;
}

std::vector<std::string> design_names() {
  std::vector<std::string> names;
  for (const DesignRow& row : design_table()) {
    names.push_back(row.name);
  }
  return names;
}

Divergence named_design(std::string_view name) {
  const std::string row_name(name.substr(0, name.find(':')));
  const auto& table = design_table();
  const auto row =
      std::find_if(table.begin(), table.end(), [&](const DesignRow& r) { return r.name == row_name; });
  if (row == table.end()) {
    throw LossError("unknown design '" + row_name + "'" + did_you_mean(row_name, design_names()),
                    Remedy::name);
  }
  const Parameters parameters = read_parameters(*row, name);
  Design design;
  design.omega = read(row->omega, parameters, variable_t(), design.domain_in_t);
  design.omega_inverse = read(row->omega_inverse, parameters, variable_v(), design.domain_in_v);
  design.rho = read(row->rho, parameters, variable_v(), design.domain_in_v);
  return divergence_of_design(std::string(name), std::move(design));
}

Divergence written_design(const DesignText& text, const Parameters& parameters) {
  if (text.rho.empty() || (text.omega.empty() && text.omega_inverse.empty())) {
    throw LossError("a design needs rho, in v, and omega, in t, or omega^-1, in v", Remedy::design);
  }
  Design design;
  design.rho = read(text.rho, parameters, variable_v(), design.domain_in_v);
  if (!text.omega.empty()) {
    design.omega = read(text.omega, parameters, variable_t(), design.domain_in_t);
    if (const auto place = find_non_rising_point(*design.omega)) {
      throw LossError("omega = " + text.omega + " does not rise, or is not defined, at t = " +
                      number_text(*place) + "; it has to rise for every t > 0");
    }
  }
  if (!text.omega_inverse.empty()) {
    design.omega_inverse = read(text.omega_inverse, parameters, variable_v(), design.domain_in_v);
  }
  if (text.omega_inverse.empty()) {
    const auto inverse = inverse_by_algebra(*design.omega, variable_t(), variable_v());
    if (!inverse || certify_inverse(*design.omega, *inverse) == Verdict::refuted) {
      throw LossError("omega = " + text.omega + " could not be inverted; give omega^-1, in v, too",
                      Remedy::design);
    }
    design.omega_inverse = *inverse;
  } else if (text.omega.empty()) {
    const auto inverse = inverse_by_algebra(design.omega_inverse, variable_v(), variable_t());
    if (inverse && certify_inverse(*inverse, design.omega_inverse) != Verdict::refuted &&
        !find_non_rising_point(*inverse)) {
      design.omega = *inverse;
    }
  } else if (certify_inverse(*design.omega, design.omega_inverse) == Verdict::refuted) {
    throw LossError("omega = " + text.omega + " and omega^-1 = " + text.omega_inverse +
                    " do not undo one another; omega is a function of t, omega^-1 of v");
  }
  std::string name = "omega^-1 = " + to_text(design.omega_inverse) + ", rho = " + to_text(design.rho);
  return divergence_of_design(name, std::move(design));
}

Range range_of(const Design& design) {
  return design.omega ? range_of(function_of_log(Program(*design.omega)))
                      : range_of_inverse(function_of_value(Program(design.omega_inverse)));
}

Verdict certify_inverse(const ex& omega, const ex& omega_inverse) {
  const auto& t = variable_t();
  const ex there_and_back = omega_inverse.subs(variable_v() == omega);
  const IntervalProgram difference(there_and_back - t, t);
  for (double u = -8; u <= 8; u += 0.125) {
    const numeric point = short_decimal_between(std::exp(u - 0.01), std::exp(u + 0.01));
    const Enclosure found = difference.run(enclose(point));
    if (found.regularity == Regularity::undefined || !found.value.contains(0)) {
      return Verdict::refuted;
    }
  }
  const ex simplified = stable_form_if_possible(with_bases_as_fractions(there_and_back));
  return simplified.is_equal(t) ? Verdict::proved : Verdict::undecided;
}

std::optional<double> find_non_rising_point(const ex& omega) {
  const Program program(omega);
  constexpr double kFar = 30;
  constexpr double kStep = 0.25;
  for (double u = -kFar; u < kFar; u += kStep) {
    if (falls(program.run(u), program.run(u + kStep))) {
      return std::exp(u + kStep);
    }
  }
  const auto& t = variable_t();
  SignOptions options;
  options.analytic = omega;
  const SignCertificate found = certify_nonnegative(omega.diff(t), t, Range{numeric(0), {}}, options);
  return found.negative       ? std::optional(found.negative->at.to_double())
         : found.undefined_at ? std::optional(found.undefined_at->to_double())
                              : std::nullopt;
}

}  // namespace ganwright
