#include "losses/objective/link.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>

#include "losses/divergence/design.h"
#include "losses/formula/inverse.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/interval/range.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/numeric/quadrature.h"
#include "losses/objective/algebraic_link.h"
#include "losses/objective/dual_link.h"
#include "losses/objective/f_gan_link.h"
#include "losses/objective/link_parts.h"
#include "losses/text/nearest_name.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

Link named_link(const LinkText& text, const Divergence& divergence) {
  const auto& v = variable_v();
  const auto& t = variable_t();
  const std::string base = text.name.substr(0, text.name.find(':'));
  if (base == "log") {
    return log_link("log");
  }
  if (base == "ratio") {
    return algebraic_link("ratio", t, v, {0, std::nullopt}, divergence);
  }
  if (base == "posterior") {
    return algebraic_link("posterior", t / (1 + t), v / (1 - v), {0, 1}, divergence);
  }
  if (base == "affine-posterior") {
    const std::string numbers = text.name == base ? "-1,1" : text.name.substr(base.size() + 1);
    const size_t comma = numbers.find(',');
    if (comma == std::string::npos) {
      throw LossError("link affine-posterior: give two numbers, as in affine-posterior:-1,1");
    }
    const numeric a = parse_number(numbers.substr(0, comma));
    const numeric b = parse_number(numbers.substr(comma + 1));
    if (a >= b) {
      throw LossError("link affine-posterior: the first number has to be below the second");
    }
    return algebraic_link(text.name, (b * t + a) / (t + 1), (v - a) / (b - v), {a, b}, divergence);
  }
  if (base == "f-gan") {
    return f_gan_link(divergence);
  }
  if (base == "dual") {
    return dual_link("dual", divergence);
  }
  throw std::logic_error("link_table lists '" + base + "', which named_link does not build");
}

Link written_link(const LinkText& text, const Divergence& divergence) {
  ex omega;
  try {
    omega = parse_expression(text.name, text.parameters);
  } catch (const LossError& error) {
    std::vector<std::string> names;
    for (const LinkRow& row : link_table()) {
      names.push_back(row.name);
    }
    const std::string meant = did_you_mean(text.name, names);
    const bool is_formula = meant.empty() && error.remedy != Remedy::none;
    throw LossError(
        "unknown link '" + text.name + "'" + meant + ", and as omega in t it cannot be read: " + error.what(),
        is_formula ? error.remedy : Remedy::link);
  }
  if (const auto place = find_non_rising_point(omega)) {
    throw LossError("link " + text.name + ": omega does not rise, or is not defined, at t = " +
                        number_text(*place) + "; it has to rise for every t > 0",
                    Remedy::link);
  }
  const RealFunction omega_of = function_of_log(Program(omega));
  const Range range = range_of(omega_of);
  if (const auto inverse = inverse_by_algebra(omega, variable_t(), variable_v())) {
    if (certify_inverse(omega, *inverse) == Verdict::refuted) {
      throw LossError("link " + text.name + ": omega could not be inverted by algebra, for " +
                          to_text(*inverse) + " does not undo it; choose one that can be solved for t",
                      Remedy::link);
    }
    return algebraic_link(text.name, omega, *inverse, range, divergence);
  }
  if (range.high) {
    throw LossError("link " + text.name +
                        ": omega could not be inverted by algebra and is bounded above; "
                        "choose one that can be solved for t",
                    Remedy::link);
  }
  const Activation activation = activation_onto(range);
  const ScalarFunction output = function_of_output(activation.output, activation.falls_in_t);
  const RealFunction omega_slope =
      function_of_log(Program(stable_form(variable_t() * omega.diff(variable_t()))));
  const auto log_ratio = [output, omega_of](double h) {
    return SignedLog::from_value(solve_rising(omega_of, output.value(h), -1000, 1000));
  };
  const auto slope = [output, log_ratio, omega_slope](double h) {
    return output.slope.run(h) * power(omega_slope.run(log_ratio(h).value()), -1);
  };
  Link link{.name = text.name,
            .note = range.is_whole_line() ? "Omega is the real line: v = h"
                                          : onto_range_text(range, activation.text),
            .output = output,
            .log_ratio = {RealFunction(log_ratio), RealFunction(slope)},
            .omega = omega};
  require_rising(link);
  return link;
}

Link design_link(const Divergence& divergence) {
  const Design& design = *divergence.design;
  const Range range = range_of(design);
  auto link = extended_link("its own", design.omega_inverse, design.rho, range);
  if (!link) {
    link = link_from_inverse("its own", design.omega_inverse, range);
  }
  link->omega = design.omega;
  link->omega_inverse = design.omega_inverse;
  return *link;
}

}  // namespace

const std::vector<LinkRow>& link_table() {
  static const std::vector<LinkRow> table = {
      {"log", "v = log r"},
      {"ratio", "v = r"},
      {"posterior", "v = r/(1+r)"},
      {"affine-posterior", "v = (b r + a)/(r + 1), as affine-posterior:a,b (default -1,1)"},
      {"dual", "v = f'(r): phi(v) = v and psi = -f*"},
      {"f-gan", "v by the output activation that the f-GAN paper lists"},
  };
  return table;
}

Link make_link(const LinkText& text, const Divergence& divergence) {
  const auto& table = link_table();
  const std::string base = text.name.substr(0, text.name.find(':'));
  const bool is_named =
      std::any_of(table.begin(), table.end(), [&](const LinkRow& row) { return row.name == base; });
  if (is_named && base != text.name && base != "affine-posterior") {
    throw LossError("link " + base + " takes no numbers; write '" + base + "'");
  }
  const bool is_dual = base == "dual";
  if (divergence.plain) {
    if (!text.name.empty()) {
      throw LossError(divergence.name + " is trained as it is and takes no link; leave the link out",
                      Remedy::link);
    }
    return {.name = "none", .note = "v = h, trained as it is", .kind = Link::Kind::given};
  }
  if (divergence.dual_pair) {
    const bool paper_lists_it = base == "f-gan" && divergence.name == "total-variation";
    if (!text.name.empty() && !is_dual && !paper_lists_it) {
      throw LossError(divergence.name + " is not smooth: it comes as a dual pair, with the link dual only",
                      Remedy::link);
    }
    return {.name = "dual",
            .note = "an activation onto the domain of f*; h gives the side of the kink on which r lies",
            .kind = Link::Kind::given};
  }
  const bool jumps = has_jump(divergence);
  const bool is_singular = std::isinf(curvature_at_one(divergence));
  if (text.name.empty()) {
    return divergence.design      ? design_link(divergence)
           : jumps || is_singular ? dual_link("dual", divergence)
                                  : log_link("log");
  }
  if (jumps && !is_dual) {
    throw LossError(divergence.name + ": f' jumps at a kink, where phi would jump too; choose the link dual",
                    Remedy::link);
  }
  if (is_singular && !is_dual) {
    throw LossError(divergence.name + ": f''(1) is infinite, so link " + text.name +
                        " has no finite gradient at p = q; choose the link dual",
                    Remedy::link);
  }
  const bool is_f_prime = is_dual || base == "f-gan";
  if (is_f_prime && divergence.design) {
    throw LossError(divergence.name +
                        ": a design brings its own link; leave the link out or choose log, ratio, "
                        "posterior or affine-posterior",
                    Remedy::link);
  }
  Link link = is_named ? named_link(text, divergence) : written_link(text, divergence);
  if (is_f_prime && divergence.pieces.size() == 1) {
    link.omega = divergence.pieces[0].expression.diff(variable_t());
  }
  return link;
}

}  // namespace ganwright
