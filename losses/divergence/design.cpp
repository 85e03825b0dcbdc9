#include "losses/divergence/design.h"

#include <algorithm>
#include <cmath>
#include <sstream>

#include "losses/formula/algebra.h"
#include "losses/formula/exact_number.h"
#include "losses/interval/derivative_tower.h"
#include "losses/interval/interval_program.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/text/nearest_name.h"

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

// v^q (1-v)^-q as (v/(1-v))^q, so that its power can be undone: the base, where all exponents share a factor.
std::optional<std::pair<ex, numeric>> common_power(const ex& product, const GiNaC::symbol& x) {
  std::optional<numeric> exponent;
  ex base = 1;
  for (const ex& factor : product) {
    if (!factor.has(x)) {
      return std::nullopt;
    }
    const bool is_power = is_a<GiNaC::power>(factor) && is_a<numeric>(factor.op(1));
    const numeric own = is_power ? ex_to<numeric>(factor.op(1)) : numeric(1);
    exponent = exponent ? exponent : GiNaC::abs(own);
    base *= GiNaC::pow(is_power ? factor.op(0) : factor, own / *exponent);
  }
  return exponent && !exponent->is_equal(1) ? std::optional(std::pair(base, *exponent)) : std::nullopt;
}

// (A x + B)/(C x + D) = y gives x = (D y - B)/(A - C y).
std::optional<ex> inverse_of_fraction(const ex& e, const GiNaC::symbol& x, const ex& y) {
  constexpr double kLargestDegree = 40;
  if (!e.info(GiNaC::info_flags::rational_function) || degree_bound(e) > kLargestDegree) {
    return std::nullopt;
  }
  const ex fraction = e.numer_denom();
  const ex numerator = fraction.op(0).expand();
  const ex denominator = fraction.op(1).expand();
  const auto is_line = [&](const ex& p) { return p.is_polynomial(x) && p.degree(x) <= 1; };
  if (!is_line(numerator) || !is_line(denominator)) {
    return std::nullopt;
  }
  return (denominator.coeff(x, 0) * y - numerator.coeff(x, 0)) /
         (numerator.coeff(x, 1) - denominator.coeff(x, 1) * y);
}

Divergence divergence_of(const std::string& name, Design design) {
  const auto& t = variable_t();
  Divergence divergence{.name = name, .f = "", .pieces = {}};
  if (design.omega) {
    const ex rho = design.rho.subs(variable_v() == *design.omega);
    divergence.curvature.push_back({0, simplify(rho * design.omega->diff(t))});
  }
  divergence.design = std::move(design);
  return divergence;
}

// From one to the next it may fall by its rounding.
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
    throw LossError("unknown design '" + row_name + "'" + did_you_mean(row_name, design_names()));
  }
  const Parameters parameters = read_parameters(*row, name);
  return divergence_of(std::string(name), {parse_expression(row->omega, parameters),
                                           parse_expression(row->omega_inverse, parameters, variable_v()),
                                           parse_expression(row->rho, parameters, variable_v())});
}

Divergence written_design(const DesignText& text, const Parameters& parameters) {
  if (text.rho.empty() || (text.omega.empty() && text.omega_inverse.empty())) {
    throw LossError("a design needs --rho, in v, and --omega, in t, or --omega-inverse, in v");
  }
  Design design;
  design.rho = parse_expression(text.rho, parameters, variable_v());
  if (!text.omega.empty()) {
    design.omega = parse_expression(text.omega, parameters);
    if (const auto place = falls_at(*design.omega)) {
      throw LossError("omega = " + text.omega + " does not rise, or is not defined, at t = " +
                      number_text(*place) + "; it has to rise for every t > 0");
    }
  }
  if (!text.omega_inverse.empty()) {
    design.omega_inverse = parse_expression(text.omega_inverse, parameters, variable_v());
  }
  if (text.omega_inverse.empty()) {
    const auto inverse = inverse_of(*design.omega, variable_t(), variable_v());
    if (!inverse || undo_one_another(*design.omega, *inverse) == Verdict::refuted) {
      throw LossError("omega = " + text.omega + " could not be inverted; give --omega-inverse, in v, too");
    }
    design.omega_inverse = *inverse;
  } else if (text.omega.empty()) {
    const auto inverse = inverse_of(design.omega_inverse, variable_v(), variable_t());
    if (inverse && undo_one_another(*inverse, design.omega_inverse) != Verdict::refuted &&
        !falls_at(*inverse)) {
      design.omega = *inverse;
    }
  } else if (undo_one_another(*design.omega, design.omega_inverse) == Verdict::refuted) {
    throw LossError("omega = " + text.omega + " and omega^-1 = " + text.omega_inverse +
                    " do not undo one another; omega is a function of t, omega^-1 of v");
  }
  std::string name = "omega^-1 = " + to_text(design.omega_inverse) + ", rho = " + to_text(design.rho);
  return divergence_of(name, std::move(design));
}

Range range_of(const Design& design) {
  return design.omega ? range_of(function_of_log(Program(*design.omega)))
                      : range_of_inverse(function_of_value(Program(design.omega_inverse)));
}

Verdict undo_one_another(const ex& omega, const ex& omega_inverse) {
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
  const ex simplified = simplified_unless_large(with_normal_bases(there_and_back));
  return simplified.is_equal(t) ? Verdict::proved : Verdict::undecided;
}

std::optional<double> falls_at(const ex& omega) {
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

std::optional<ex> inverse_of(const ex& e, const GiNaC::symbol& x, const ex& y) {
  if (e.is_equal(x)) {
    return y;
  }
  if (is_a<GiNaC::add>(e) || is_a<GiNaC::mul>(e)) {
    const bool is_sum = is_a<GiNaC::add>(e);
    ex inner;
    ex rest = is_sum ? 0 : 1;
    int count = 0;
    for (const ex& operand : e) {
      if (operand.has(x)) {
        inner = operand;
        ++count;
      } else {
        rest = is_sum ? ex(rest + operand) : ex(rest * operand);
      }
    }
    if (count == 1) {
      return inverse_of(inner, x, is_sum ? ex(y - rest) : ex(y / rest));
    }
    if (const auto power = is_sum ? std::nullopt : common_power(e, x)) {
      return inverse_of(power->first, x, GiNaC::pow(y, 1 / power->second));
    }
    return inverse_of_fraction(e, x, y);
  }
  if (is_a<GiNaC::power>(e) && is_a<numeric>(e.op(1))) {
    // An exponent of 1e6 would be multiplied out further on.
    constexpr double kLargestExponent = 40;
    const double exponent = std::abs(1 / ex_to<numeric>(e.op(1)).to_double());
    if (exponent > kLargestExponent) {
      return std::nullopt;
    }
    return inverse_of(e.op(0), x, GiNaC::pow(y, 1 / ex_to<numeric>(e.op(1))));
  }
  if (is_a<GiNaC::power>(e) && is_a<numeric>(e.op(0))) {
    return inverse_of(e.op(1), x, GiNaC::log(y) / GiNaC::log(e.op(0)));
  }
  if (is_function(e, "exp")) {
    return inverse_of(e.op(0), x, GiNaC::log(y));
  }
  if (is_function(e, "log")) {
    return inverse_of(e.op(0), x, GiNaC::exp(y));
  }
  return std::nullopt;
}

}  // namespace ganwright
