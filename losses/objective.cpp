#include "losses/objective.h"

#include <torch/csrc/autograd/custom_function.h>

#include <cmath>
#include <limits>
#include <vector>

#include "losses/algebra.h"
#include "losses/divergence.h"
#include "losses/expression.h"
#include "losses/loss_error.h"

namespace ganwright {
namespace {

using GiNaC::ex;

// phi, psi and their slopes on one smooth piece, as functions of t = e^u.
struct PieceFormulas {
  ex phi, psi, phi_slope, psi_slope;
};

PieceFormulas log_link_formulas(const ex& f) {
  const auto& t = variable_t();
  const ex derivative = f.diff(t);
  const ex curvature = derivative.diff(t);
  return {simplify(derivative), simplify(f - t * derivative), simplify(t * curvature),
          simplify(-t * t * curvature)};
}

PieceFormulas dual_pair_formulas(const DualPair& pair) {
  const auto& t = variable_t();
  return {simplify(pair.activation), simplify(-pair.conjugate), simplify(t * pair.activation.diff(t)),
          simplify(-t * pair.conjugate.diff(t))};
}

void append(Objective& objective, double start, const PieceFormulas& formulas) {
  objective.phi.value.append_piece(start, formulas.phi);
  objective.phi.slope.append_piece(start, formulas.phi_slope);
  objective.psi.value.append_piece(start, formulas.psi);
  objective.psi.slope.append_piece(start, formulas.psi_slope);
}

double log_of_start(const SmoothPiece& piece) {
  return piece.start.is_zero() ? -std::numeric_limits<double>::infinity() : std::log(piece.start.to_double());
}

double clamp_to_float(const SignedLog& number, int64_t& clamped) {
  static const double log_largest = std::log(static_cast<double>(std::numeric_limits<float>::max()));
  if (number.log > log_largest) {
    ++clamped;
    return number.sign * static_cast<double>(std::numeric_limits<float>::max());
  }
  return number.value();
}

torch::Tensor run(const Program& program, const torch::Tensor& logits, std::atomic<int64_t>& clamped) {
  const torch::Tensor input = logits.detach().to(torch::kCPU, torch::kFloat64).contiguous();
  torch::Tensor output = torch::empty_like(input);
  const double* u = input.const_data_ptr<double>();
  auto* result = output.mutable_data_ptr<double>();
  int64_t count = 0;
  for (int64_t i = 0; i < input.numel(); ++i) {
    result[i] = std::isfinite(u[i]) ? clamp_to_float(program.run(u[i]), count)
                                    : std::numeric_limits<double>::quiet_NaN();
  }
  clamped += count;
  return output.to(logits.device());
}

struct Evaluation : torch::autograd::Function<Evaluation> {
  static torch::Tensor forward(torch::autograd::AutogradContext* context, const torch::Tensor& logits,
                               const Objective& objective, const ScalarFunction& function) {
    context->save_for_backward({run(function.slope, logits, *objective.clamped)});
    context->saved_data["dtype"] = logits.scalar_type();
    return run(function.value, logits, *objective.clamped);
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const torch::Tensor slope = context->get_saved_variables()[0];
    const torch::ScalarType dtype = context->saved_data["dtype"].toScalarType();
    return {(gradients[0] * slope).to(dtype), torch::Tensor(), torch::Tensor()};
  }
};

}  // namespace

Objective make_objective(const Divergence& divergence) {
  Objective objective{.name = divergence.name,
                      .phi = {},
                      .psi = {},
                      .f = {},
                      .logit_is_log_ratio = !divergence.dual_pair,
                      .curvature_at_one = curvature_at_one(divergence)};
  for (const SmoothPiece& piece : divergence.pieces) {
    // As written: (t-1)^2 and its like keep their digits near t = 1, expanded they would not.
    objective.f.append_piece(log_of_start(piece), piece.expression);
  }
  if (divergence.dual_pair) {
    append(objective, -std::numeric_limits<double>::infinity(), dual_pair_formulas(*divergence.dual_pair));
    return objective;
  }
  for (const SmoothPiece& piece : divergence.pieces) {
    append(objective, log_of_start(piece), log_link_formulas(piece.expression));
  }
  if (!std::isfinite(objective.curvature_at_one)) {
    throw LossError(divergence.name +
                    ": f''(1) is infinite, so the log link has no finite gradient at p = q; "
                    "choose a divergence with a finite f''(1)");
  }
  return objective;
}

Objective make_objective(std::string_view divergence) {
  return make_objective(named_divergence(divergence));
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

}  // namespace ganwright
