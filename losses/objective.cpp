#include "losses/objective.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>
#include <vector>

#include "losses/algebra.h"
#include "losses/expression.h"
#include "losses/host_call.h"
#include "losses/loss_error.h"
#include "losses/program.h"
#include "losses/ratio_form.h"
#include "losses/registry.h"

namespace ganwright {
namespace {

using GiNaC::ex;

RealFunction multiplied(const RealFunction& a, const RealFunction& b) {
  return RealFunction([a, b](double h) { return a.run(h) * b.run(h); });
}

// phi and psi are the integrals of rho and -omega^{-1} rho, with the constants of f at v = omega(1).
void set_extended(Objective& objective, const RatioForm& form, const Link& link) {
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

// psi = f(r) - r v; written with f - r f' of the ratio form, so that what cancels is small, and so that
// inside a jump of f', where r stands still, it is a straight line.
void set_dual(Objective& objective, const RatioForm& form, const Link& link) {
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
    return ScalarFunction{function_of_log(Program(simplify(formula))),
                          function_of_log(Program(simplify(t * formula.diff(t))))};
  };
  objective.phi = function(pair.activation);
  objective.psi = function(-pair.conjugate);
  objective.output = objective.phi;
}

double clamp_to_float(const SignedLog& number, int64_t& clamped) {
  static const double log_largest = std::log(static_cast<double>(std::numeric_limits<float>::max()));
  if (number.log > log_largest) {
    ++clamped;
    return number.sign * static_cast<double>(std::numeric_limits<float>::max());
  }
  return number.value();
}

// What each of the functions gives at each logit.
HostFunction each(const std::vector<RealFunction>& functions,
                  const std::shared_ptr<std::atomic<int64_t>>& clamped) {
  return [functions, clamped](const double* h, int64_t count, const std::vector<double*>& results) {
    int64_t beyond = 0;
    for (size_t k = 0; k < functions.size(); ++k) {
      for (int64_t i = 0; i < count; ++i) {
        results[k][i] = std::isfinite(h[i]) ? clamp_to_float(functions[k].run(h[i]), beyond)
                                            : std::numeric_limits<double>::quiet_NaN();
      }
    }
    *clamped += beyond;
  };
}

struct Evaluation : torch::autograd::Function<Evaluation> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& logits,
                               const Objective& objective, const ScalarFunction& function) {
    const std::vector<torch::Tensor> results =
        on_host(logits, 2, each({function.value, function.slope}, objective.clamped));
    context->save_for_backward({results[1]});
    context->saved_data["dtype"] = logits.scalar_type();
    return results[0];
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor slope = context->get_saved_variables()[0];
    const torch::ScalarType dtype = context->saved_data["dtype"].toScalarType();
    return {(gradients[0] * slope).to(dtype), torch::Tensor(), torch::Tensor()};
  }
};

// A design without an omega in closed form has its curvature from the weight alone, wasserstein has none.
double curvature_of(const Divergence& divergence, const RatioForm& form) {
  const bool is_numeric = divergence.curvature.empty() && form.phi.slope;
  return is_numeric ? form.phi.slope(0.0) : curvature_at_one(divergence);
}

}  // namespace

Objective make_objective(const Divergence& divergence, const Link& link) {
  const RatioForm form = ratio_form(divergence);
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
  return objective;
}

Objective make_objective(const Divergence& divergence) {
  return make_objective(divergence, make_link({}, divergence));
}

Objective make_objective(std::string_view divergence) {
  return make_objective(divergence_by_name(divergence));
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

torch::Tensor evaluate(const Objective& objective, const ScalarFunction& function,
                       const torch::Tensor& logits) {
  return Evaluation::apply(logits, objective, function);
}

torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& real_logits,
                               const torch::Tensor& fake_logits) {
  return evaluate(objective, objective.phi, real_logits).mean() +
         evaluate(objective, objective.psi, fake_logits).mean();
}

torch::Tensor log_ratio_of(const Objective& objective, const torch::Tensor& logits) {
  if (objective.output_is_log_ratio) {
    return logits.detach().to(torch::kFloat64);
  }
  if (!objective.log_ratio.value) {
    return torch::full_like(logits, std::numeric_limits<double>::quiet_NaN(), torch::kFloat64);
  }
  return on_host(logits, 1, each({objective.log_ratio.value}, std::make_shared<std::atomic<int64_t>>(0)))[0];
}

}  // namespace ganwright
