#include "losses/relativistic.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "losses/loss_error.h"

namespace ganwright {
namespace {

bool is_proportional(const RealFunction& function) {
  const double factor = function(1.0);
  constexpr std::array kPoints = {-7.0, -1.0, 0.0, 0.3, 2.0, 11.0};
  return factor > 0 && std::all_of(kPoints.begin(), kPoints.end(), [&](double x) {
           return std::abs(function(x) - factor * x) <= 1e-9 * (1 + std::abs(factor * x));
         });
}

}  // namespace

void require_relativistic(const Loss& loss) {
  if (!loss.objective.log_ratio.value || !is_proportional(loss.objective.log_ratio.value)) {
    throw LossError("relativistic pairing needs outputs proportional to log r; " + loss.divergence.name +
                        " with the link " + loss.link.name +
                        " is no such case: choose the link log, or independent pairing",
                    Remedy::pairing);
  }
  const GeneratorObjective::Kind kind = loss.generator_objective.kind;
  if (kind != GeneratorObjective::Kind::minimax && kind != GeneratorObjective::Kind::non_saturating) {
    throw LossError(
        "relativistic pairing has no effective generator divergence, so the generator objective " +
            loss.generator_objective.name +
            " is not defined; choose minimax or non-saturating, or independent pairing",
        Remedy::pairing);
  }
}

torch::Tensor relativistic_bound(const Objective& objective, const torch::Tensor& real_logits,
                                 const torch::Tensor& fake_logits) {
  const torch::Tensor difference = real_logits - fake_logits;
  return divergence_bound(objective, difference, -difference);
}

torch::Tensor relativistic_generator_loss(const Loss& loss, const torch::Tensor& real_logits,
                                          const torch::Tensor& fake_logits) {
  return loss.generator_objective.kind == GeneratorObjective::Kind::minimax
             ? relativistic_bound(loss.objective, real_logits, fake_logits)
             : -relativistic_bound(loss.objective, fake_logits, real_logits);
}

}  // namespace ganwright
