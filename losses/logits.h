#pragma once

#include <torch/types.h>

#include "losses/numeric/real_function.h"
#include "losses/objective/generator_objective.h"
#include "losses/objective/objective.h"

namespace ganwright {

/// Evaluates a function of the objective on logits of any shape, dtype and device; the result is float64 on
/// the same device and differentiable once in the logits. Values and slopes beyond float32 are clamped to its
/// largest number and counted in `objective.clamped`; a logit that is no number gives nan. All of it happens
/// on the host, for logits on a device as on_host says (losses/host_call.h).
torch::Tensor evaluate(const Objective& objective, const ScalarFunction& function,
                       const torch::Tensor& logits);

/// E_p[phi] + E_q[psi], the lower bound of D_f that the discriminator maximizes. Logits: [batch]; float64
/// scalar.
torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& real_logits,
                               const torch::Tensor& fake_logits);

/// log r that the logits stand for, float64 and of their shape, without a gradient; nan for a dual pair. No
/// evaluation on the host where the output is the log ratio itself.
torch::Tensor log_ratio_of(const Objective& objective, const torch::Tensor& logits);

/// E_q[beta(h)] on the logits [batch] of generated samples: a float64 scalar.
torch::Tensor generator_loss(const Objective& objective, const GeneratorObjective& generator_objective,
                             const torch::Tensor& fake_logits);

}  // namespace ganwright
