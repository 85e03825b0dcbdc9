#include "losses/objective/algebraic_link.h"

#include <algorithm>

#include "losses/formula/algebra.h"
#include "losses/formula/constant.h"
#include "losses/formula/parser.h"
#include "losses/formula/size_bounds.h"
#include "losses/formula/stable_form.h"
#include "losses/numeric/program.h"
#include "losses/objective/link_parts.h"

namespace ganwright {
namespace {

using GiNaC::ex;

// Beyond Omega r is 0 or infinite; its logarithm is cut off here.
constexpr double kLargestLogRatio = 80;

// a + b v with a slope of the given sign, or none.
bool is_line(const ex& e, int sign) {
  if (!e.is_polynomial(variable_v()) || e.degree(variable_v()) > 1) {
    return false;
  }
  const std::optional<int> slope = sign_of_constant(e.coeff(variable_v(), 1));
  return slope && sign * *slope >= 0;
}

}  // namespace

Link link_from_inverse(const std::string& name, const ex& omega_inverse, const Range& range) {
  const Activation activation = activation_onto(range);
  const ex substituted = with_bases_as_fractions(omega_inverse.subs(variable_v() == activation.output));
  const ex ratio = activation.falls_in_t ? substituted : stable_form(substituted);
  Link link{.name = name,
            .note = range.is_whole_line() ? "Omega is the real line: v = h"
                                          : onto_range_text(range, activation.text),
            .output = function_of_output(activation.output, activation.falls_in_t),
            .log_ratio = log_of_output(ratio, activation.falls_in_t)};
  require_rising(link);
  return link;
}

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

}  // namespace ganwright
