#include "losses/objective/link.h"

#include <algorithm>
#include <cmath>
#include <map>

#include "losses/divergence/design.h"
#include "losses/formula/algebra.h"
#include "losses/formula/exact_number.h"
#include "losses/formula/expression.h"
#include "losses/interval/range.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/numeric/quadrature.h"
#include "losses/objective/ratio_form.h"
#include "losses/text/nearest_name.h"

namespace ganwright {
namespace {

using GiNaC::ex;
using GiNaC::numeric;

// Where an extended or dual link leaves Omega, r is 0 or infinite; its logarithm is cut off here.
constexpr double kLargestLogRatio = 80;

RealFunction identity() {
  return RealFunction([](double h) { return SignedLog::from_value(h); });
}

RealFunction constant(double value) {
  return RealFunction([value](double) { return SignedLog::from_value(value); });
}

// The value of a program in t = e^h, or, where it falls in t, in t = e^-h.
RealFunction at_output(const ex& formula, bool falls_in_t) {
  const RealFunction function = function_of_log(Program(formula));
  return falls_in_t ? RealFunction([function](double h) { return function.run(-h); }) : function;
}

ScalarFunction derived(const ex& formula, bool falls_in_t) {
  const auto& t = variable_t();
  const ex slope = (falls_in_t ? -t : ex(t)) * formula.diff(t);
  return {at_output(formula, falls_in_t), at_output(falls_in_t ? slope : simplify(slope), falls_in_t)};
}

// log of a positive formula, and its derivative in h.
ScalarFunction derived_log(const ex& ratio, bool falls_in_t) {
  const auto& t = variable_t();
  const RealFunction value = at_output(ratio, falls_in_t);
  const ex slope = (falls_in_t ? -t : ex(t)) * ratio.diff(t) / ratio;
  return {RealFunction([value](double h) { return logarithm(value.run(h)); }),
          at_output(falls_in_t ? slope : simplify(slope), falls_in_t)};
}

void check_rises(const Link& link) {
  for (double h = -30; h <= 30; h += 0.5) {
    const double u = link.log_ratio.value(h);
    const double slope = link.log_ratio.slope(h);
    if (!std::isfinite(u) || !(slope > 0)) {
      throw LossError("link " + link.name + ": omega does not rise, or is not defined, where h = " +
                      std::to_string(h) + " (" + link.note + ")");
    }
  }
}

std::string onto(const Range& range, const std::string& activation) {
  return "Omega = " + range.text() + ": the activation " + activation + " maps onto it";
}

Link link_from_inverse(const std::string& name, const ex& omega_inverse, const Range& range) {
  const Activation activation = activation_onto(range);
  const ex substituted = with_normal_bases(omega_inverse.subs(variable_v() == activation.output));
  const ex ratio = activation.falls_in_t ? substituted : simplify(substituted);
  Link link{.name = name,
            .note = range.is_whole_line() ? "Omega is the real line: v = h" : onto(range, activation.text),
            .output = derived(activation.output, activation.falls_in_t),
            .log_ratio = derived_log(ratio, activation.falls_in_t)};
  check_rises(link);
  return link;
}

// a + b v with a slope of the given sign, or none.
bool is_line(const ex& e, int sign) {
  if (!e.is_polynomial(variable_v()) || e.degree(variable_v()) > 1) {
    return false;
  }
  const ex slope = e.coeff(variable_v(), 1).evalf();
  return GiNaC::is_a<numeric>(slope) && (sign * GiNaC::ex_to<numeric>(slope)).csgn() >= 0;
}

// Where rho falls and omega^{-1} rho rises along straight lines, phi and psi are concave beyond Omega too.
std::optional<Link> extended_link(const std::string& name, const ex& omega_inverse, const ex& rho,
                                  const Range& range) {
  const auto& v = variable_v();
  constexpr double kLargestDegree = 40;
  if (range.is_whole_line() || degree_bound(omega_inverse * rho) > kLargestDegree) {
    return std::nullopt;
  }
  const ex first = rho.normal().expand();
  const ex second = (omega_inverse * rho).normal().expand();
  if (!is_line(first, -1) || !is_line(second, 1)) {
    return std::nullopt;
  }
  const RealFunction rho_of = function_of_value(Program(first));
  const RealFunction weighted_of = function_of_value(Program(second));
  const auto log_ratio = [rho_of, weighted_of](double h) {
    const SignedLog p = rho_of.run(h);
    const SignedLog q = weighted_of.run(h);
    const double u = !(p.sign > 0) ? kLargestLogRatio : !(q.sign > 0) ? -kLargestLogRatio : q.log - p.log;
    return SignedLog::from_value(std::clamp(u, -kLargestLogRatio, kLargestLogRatio));
  };
  const RealFunction slope_inside =
      function_of_value(Program((second.diff(v) / second - first.diff(v) / first).normal()));
  const auto slope = [rho_of, weighted_of, slope_inside](double h) {
    return rho_of.run(h).sign > 0 && weighted_of.run(h).sign > 0 ? slope_inside.run(h) : SignedLog{};
  };
  return Link{
      .name = name,
      .note = "Omega = " + range.text() + " is dropped, v = h: phi and psi stay concave on the real line",
      .kind = Link::Kind::extended,
      .output = {identity(), constant(1)},
      .log_ratio = {RealFunction(log_ratio), RealFunction(slope)},
      .rho = first,
      .weighted_rho = second};
}

// The link of an omega that algebra can invert, with Omega dropped where that is allowed.
Link algebraic_link(const std::string& name, const ex& omega, const ex& omega_inverse, const Range& range,
                    const Divergence& divergence) {
  std::optional<Link> link;
  if (divergence.curvature.size() == 1) {
    const ex rho = divergence.curvature[0].expression.subs(variable_t() == omega_inverse) *
                   omega_inverse.diff(variable_v());
    link = extended_link(name, omega_inverse, rho, range);
  }
  if (!link) {
    link = link_from_inverse(name, omega_inverse, range);
  }
  link->omega = omega;
  return *link;
}

Link log_link(const std::string& name) {
  return {.name = name,
          .note = "Omega is the real line: v = h = log r",
          .output = {identity(), constant(1)},
          .log_ratio = {identity(), constant(1)},
          .output_is_log_ratio = true,
          .omega = GiNaC::log(variable_t())};
}

// u is where f' takes the value v, held inside a jump of f'.
Link solved_dual_link(const std::string& name, const ScalarFunction& output, const Range& range,
                      const RatioForm& form, const std::string& note) {
  const double top = range.high ? range.high->to_double() : std::numeric_limits<double>::infinity();
  // Next to a finite upper end v has no digits left to tell large ratios apart.
  const double highest = top - 1e-12 * std::max(1.0, std::abs(top));
  const auto log_ratio = [output, highest, phi = form.phi.value](double h) {
    const double v = std::min(output.value(h), std::isfinite(highest) ? highest : output.value(h));
    return SignedLog::from_value(solve_rising(phi, v, -1000, 1000));
  };
  const auto slope = [output, log_ratio, weight = form.phi.slope](double h) {
    const SignedLog w = weight.run(log_ratio(h).value());
    return w.sign > 0 ? output.slope.run(h) * power(w, -1) : SignedLog{};
  };
  return {.name = name,
          .note = note,
          .kind = Link::Kind::dual,
          .output = output,
          .log_ratio = {RealFunction(log_ratio), RealFunction(slope)}};
}

Link dual_link(const std::string& name, const Divergence& divergence) {
  const RatioForm form = ratio_form(divergence);
  const Range range = range_of(form.phi.value);
  if (divergence.pieces.size() == 1) {
    const ex derivative = divergence.pieces[0].expression.diff(variable_t());
    const auto inverse = inverse_of(derivative.expand(), variable_t(), variable_v());
    if (inverse) {
      if (auto link = extended_link(name, *inverse, 1, range)) {
        return *link;
      }
    }
  }
  if (range.is_whole_line()) {
    return solved_dual_link(name, {identity(), constant(1)}, range, form,
                            "Omega is the real line: v = h = f'(r)");
  }
  if (!has_jump(divergence) && std::isfinite(curvature_at_one(divergence))) {
    Link link = log_link(name);
    link.output = form.phi;
    link.note = onto(range, "v = f'(e^h)") + ", which is the log link";
    return link;
  }
  const Activation activation = activation_onto(range);
  return solved_dual_link(name, derived(activation.output, activation.falls_in_t), range, form,
                          onto(range, activation.text));
}

// The output activations that the f-GAN paper lists (Nowozin, Cseke, Tomioka 2016, tables 2 and 6).
Link f_gan_link(const Divergence& divergence) {
  const std::string name = "f-gan";
  const std::string base = divergence.name.substr(0, divergence.name.find(':'));
  const auto& t = variable_t();
  // The multiples of h that log r becomes under -exp(-v), 1 - exp(-v) and log 2 - log(1 + exp(-v)).
  static const std::map<std::string, double> multiples = {
      {"reverse-kl", 1}, {"squared-hellinger", 2}, {"neyman-chi2", 0.5}, {"js", 1}, {"gan", 1}};
  if (const auto found = multiples.find(base); found != multiples.end()) {
    const double multiple = found->second;
    const ScalarFunction log_ratio{
        RealFunction([multiple](double h) { return SignedLog::from_value(multiple * h); }),
        constant(multiple)};
    return {.name = name,
            .note = "the paper's activation g_f, under which log r is a multiple of h",
            .output = composed(ratio_form(divergence).phi, log_ratio),
            .log_ratio = log_ratio};
  }
  if (base == "kl" || base == "jeffreys" || base == "pearson-chi2") {
    return dual_link(name, divergence);
  }
  const auto parameter = [&] { return parse_number(divergence.name.substr(divergence.name.find(':') + 1)); };
  const auto from_ratio = [&](const ex& ratio) {
    const RatioForm form = ratio_form(divergence);
    const ScalarFunction log_ratio = derived_log(ratio, /*falls_in_t=*/true);
    const Link link{.name = name,
                    .note = "the paper's activation g_f maps onto Omega = " + range_of(form.phi.value).text(),
                    .output = composed(form.phi, log_ratio),
                    .log_ratio = log_ratio};
    check_rises(link);
    return link;
  };
  if (base == "weighted-js") {
    const numeric weight = parameter();
    const ex posterior = GiNaC::pow(1 + t, -1 / weight);
    return from_ratio(posterior / (1 - posterior) * (1 - weight) / weight);
  }
  if (base == "alpha" && parameter() > 0 && parameter() < 1) {
    const numeric rest = 1 - parameter();
    return from_ratio(GiNaC::pow(rest * GiNaC::log(1 + t), -1 / rest));
  }
  if (base == "alpha" && parameter() > 1) {
    const RatioForm form = ratio_form(divergence);
    return solved_dual_link(name, {identity(), constant(1)}, range_of(form.phi.value), form,
                            "v = h; below Omega r is 0 and psi stays f(0), which is concave");
  }
  throw LossError("link f-gan: the f-GAN paper lists no output activation for " + divergence.name +
                  "; choose --link dual");
}

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
  return dual_link("dual", divergence);
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
    throw LossError("unknown link '" + text.name + "'" + did_you_mean(text.name, names) +
                    ", and as omega in t it cannot be read: " + error.what());
  }
  if (const auto place = falls_at(omega)) {
    throw LossError("link " + text.name + ": omega does not rise, or is not defined, at t = " +
                    number_text(*place) + "; it has to rise for every t > 0");
  }
  const RealFunction omega_of = function_of_log(Program(omega));
  const Range range = range_of(omega_of);
  if (const auto inverse = inverse_of(omega, variable_t(), variable_v())) {
    if (undo_one_another(omega, *inverse) == Verdict::refuted) {
      throw LossError("link " + text.name + ": omega could not be inverted by algebra, for " +
                      to_text(*inverse) + " does not undo it; choose one that can be solved for t");
    }
    return algebraic_link(text.name, omega, *inverse, range, divergence);
  }
  if (range.high) {
    throw LossError("link " + text.name +
                    ": omega could not be inverted by algebra and is bounded above; "
                    "choose one that can be solved for t");
  }
  const Activation activation = activation_onto(range);
  const ScalarFunction output = derived(activation.output, activation.falls_in_t);
  const RealFunction omega_slope =
      function_of_log(Program(simplify(variable_t() * omega.diff(variable_t()))));
  const auto log_ratio = [output, omega_of](double h) {
    return SignedLog::from_value(solve_rising(omega_of, output.value(h), -1000, 1000));
  };
  const auto slope = [output, log_ratio, omega_slope](double h) {
    return output.slope.run(h) * power(omega_slope.run(log_ratio(h).value()), -1);
  };
  Link link{.name = text.name,
            .note = range.is_whole_line() ? "Omega is the real line: v = h" : onto(range, activation.text),
            .output = output,
            .log_ratio = {RealFunction(log_ratio), RealFunction(slope)},
            .omega = omega};
  check_rises(link);
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
      throw LossError(divergence.name + " is trained as it is and takes no link; leave --link out");
    }
    return {.name = "none", .note = "v = h, trained as it is", .kind = Link::Kind::given};
  }
  if (divergence.dual_pair) {
    const bool paper_lists_it = base == "f-gan" && divergence.name == "total-variation";
    if (!text.name.empty() && !is_dual && !paper_lists_it) {
      throw LossError(divergence.name + " is not smooth: it comes as a dual pair, with --link dual only");
    }
    return {.name = "dual",
            .note = "an activation onto the domain of f*; h tells on which side of the kink r is",
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
    throw LossError(divergence.name + ": f' jumps at a kink, where phi would jump too; choose --link dual");
  }
  if (is_singular && !is_dual) {
    throw LossError(divergence.name + ": f''(1) is infinite, so link " + text.name +
                    " has no finite gradient at p = q; choose --link dual");
  }
  if (is_dual && divergence.design) {
    throw LossError(divergence.name +
                    ": a design brings its own link; leave --link out or choose log, ratio, "
                    "posterior or affine-posterior");
  }
  Link link = is_named ? named_link(text, divergence) : written_link(text, divergence);
  const bool is_f_prime = is_dual || base == "f-gan";
  if (is_f_prime && divergence.pieces.size() == 1) {
    link.omega = divergence.pieces[0].expression.diff(variable_t());
  }
  return link;
}

}  // namespace ganwright
