#pragma once

#include <torch/types.h>

#include <string>
#include <string_view>
#include <vector>

#include "losses/objective.h"

namespace ganwright {

/// What the generator minimizes at fixed logits, E_q[beta(u)] (DESIGN §1):
/// `minimax` beta = psi, so it descends D_f itself; `non_saturating` beta = -phi, whose effective generator
/// divergence has g''(r) = f''(r)/r (Shannon et al. 2020).
enum class GeneratorObjective { minimax, non_saturating };

/// The names "minimax" and "non-saturating".
std::vector<std::string> generator_objective_names();

/// Throws LossError for an unknown name.
GeneratorObjective parse_generator_objective(std::string_view name);

/// E_q[beta(u)] on the logits [batch] of generated samples: a float64 scalar.
torch::Tensor generator_loss(const Objective& objective, GeneratorObjective generator_objective,
                             const torch::Tensor& fake_logits);

}  // namespace ganwright
