#include "losses/generator_objective.h"

#include "losses/loss_error.h"
#include "losses/nearest_name.h"

namespace ganwright {

std::vector<std::string> generator_objective_names() {
  return {"minimax", "non-saturating"};
}

GeneratorObjective parse_generator_objective(std::string_view name) {
  if (name == "minimax") {
    return GeneratorObjective::minimax;
  }
  if (name == "non-saturating") {
    return GeneratorObjective::non_saturating;
  }
  throw LossError("unknown generator objective '" + std::string(name) + "'" +
                  did_you_mean(name, generator_objective_names()) + "; choose minimax or non-saturating");
}

torch::Tensor generator_loss(const Objective& objective, GeneratorObjective generator_objective,
                             const torch::Tensor& fake_logits) {
  if (generator_objective == GeneratorObjective::minimax) {
    return evaluate(objective, objective.psi, fake_logits).mean();
  }
  return -evaluate(objective, objective.phi, fake_logits).mean();
}

}  // namespace ganwright
