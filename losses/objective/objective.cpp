#include "losses/objective/objective.h"

#include <cmath>

#include "losses/divergence/named_loss.h"
#include "losses/formula/parser.h"
#include "losses/formula/stable_form.h"
#include "losses/loss_error.h"
#include "losses/numeric/program.h"
#include "losses/objective/log_ratio_form.h"
#include "losses/objective/settled.h"

namespace ganwright {
namespace {

using GiNaC::ex;

RealFunction multiplied(const RealFunction& a, const RealFunction& b) {
  return RealFunction([a, b](double h) { return a.run(h) * b.run(h); });
}

// phi and psi are the integrals of rho and -omega^{-1} rho, with the constants of f at v = omega(1).
void set_extended(Objective& objective, const LogRatioForm& form, const Link& link) {
  const auto& v = variable_v();
  const ex at_one = (link.weighted_rho - link.rho).expand();
  const ex start = -at_one.coeff(v, 0) / at_one.coeff(v, 1);
  const auto integral = [&](const ex& line, const RealFunction& constant) {
    const auto antiderivative = [&](const ex& x) {
      return line.coeff(v, 0) * x + line.coeff(v, 1) * x * x / 2;
    };
    const RealFunction rest =
        function_of_value(Program((antiderivative(v) - antiderivative(start)).expand()));
    const SignedLog first = constant.run(0.0);
    return RealFunction([rest, first](double h) { return first + rest.run(h); });
  };
  objective.phi = {integral(link.rho, form.phi.value), function_of_value(Program(link.rho))};
  objective.psi = {integral(ex(-link.weighted_rho).expand(), form.psi.value),
                   -function_of_value(Program(link.weighted_rho))};
}

// psi = f(r) - r v; written with f - r f' of the log-ratio form, so that what cancels is small, and so that
// inside a jump of f', where r stands still, it is a straight line.
void set_dual(Objective& objective, const LogRatioForm& form, const Link& link) {
  objective.phi = link.output;
  const ScalarFunction output = link.output;
  const RealFunction u = link.log_ratio.value;
  const auto psi = [form, output, u](double h) {
    const double at = u(h);
    const SignedLog rest = output.value.run(h) + -form.phi.value.run(at);
    return form.psi.value.run(at) + -(SignedLog{1.0, at} * rest);
  };
  const auto slope = [output, u](double h) { return -(SignedLog{1.0, u(h)} * output.slope.run(h)); };
  objective.psi = {RealFunction(psi), RealFunction(slope)};
}

void set_given(Objective& objective, const DualPair& pair) {
  const auto& t = variable_t();
  const auto function = [&](const ex& formula) {
    return ScalarFunction{function_of_log(Program(stable_form(formula))),
                          function_of_log(Program(stable_form(t * formula.diff(t))))};
  };
  objective.phi = function(pair.activation);
  objective.psi = function(-pair.conjugate);
  objective.output = objective.phi;
}

// A design without an omega in closed form has its curvature from the weight alone, wasserstein has none.
double curvature_of(const Divergence& divergence, const LogRatioForm& form) {
  const bool is_numeric = divergence.curvature.empty() && form.phi.slope;
  return is_numeric ? form.phi.slope(0.0) : curvature_at_one(divergence);
}

}  // namespace

Objective make_objective(const Divergence& divergence, const Link& link) {
  const LogRatioForm form = log_ratio_form(divergence);
  Objective objective{.name = divergence.name,
                      .phi = {},
                      .psi = {},
                      .f = form.f,
                      .output = link.output,
                      .log_ratio = link.log_ratio,
                      .output_is_log_ratio = link.output_is_log_ratio,
                      .curvature_at_one = curvature_of(divergence, form)};
  switch (link.kind) {
    case Link::Kind::given:
      if (divergence.plain) {
        objective.phi = divergence.plain->phi;
        objective.psi = divergence.plain->psi;
      } else {
        set_given(objective, *divergence.dual_pair);
      }
      break;
    case Link::Kind::extended:
      set_extended(objective, form, link);
      break;
    case Link::Kind::dual:
      set_dual(objective, form, link);
      break;
    case Link::Kind::composed:
      objective.phi = composed(form.phi, link.log_ratio);
      objective.psi = composed(form.psi, link.log_ratio);
      break;
  }
  objective.phi = settled(objective.phi);
  objective.psi = settled(objective.psi);
  return objective;
}

Objective make_objective(const Divergence& divergence) {
  return make_objective(divergence, make_link({}, divergence));
}

Objective make_objective(std::string_view divergence) {
  return make_objective(divergence_by_name(divergence));
}

bool is_flat_at_zero(const Objective& objective) {
  constexpr double kNothing = 1e-12;
  return std::abs(objective.phi.slope(0.0)) < kNothing && std::abs(objective.psi.slope(0.0)) < kNothing;
}

Objective curvature_normalized(const Objective& objective) {
  if (!(objective.curvature_at_one > 0) || std::isinf(objective.curvature_at_one)) {
    const std::string value = std::isnan(objective.curvature_at_one) ? "unknown"
                              : objective.curvature_at_one > 0       ? "infinite"
                              : objective.curvature_at_one < 0       ? "negative"
                                                                     : "0";
    throw LossError(objective.name + ": f''(1) is " + value +
                    ", so it cannot be normalized by its curvature");
  }
  const RealFunction factor(
      [c = objective.curvature_at_one](double) { return SignedLog::from_value(1 / c); });
  const auto scaled = [&](const ScalarFunction& function) {
    return ScalarFunction{multiplied(function.value, factor), multiplied(function.slope, factor)};
  };
  Objective result = objective;
  result.phi = scaled(objective.phi);
  result.psi = scaled(objective.psi);
  result.f = multiplied(objective.f, factor);
  result.curvature_at_one = 1;
  return result;
}

}  // namespace ganwright
