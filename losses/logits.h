#pragma once

#include <torch/types.h>

#include "losses/numeric/real_function.h"
#include "losses/objective/generator_objective.h"
#include "losses/objective/objective.h"

namespace ganwright {

/// E_p[phi] + E_q[psi], the lower bound of D_f that the discriminator maximizes (§1). Logits [batch], of any
/// floating dtype, on any device; a float64 scalar, differentiable once. Evaluated on the host in float64
/// (see `evaluate`). Throws LossError where either side has no logit.
torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& real_logits,
                               const torch::Tensor& fake_logits);

/// E_q[beta], which the generator minimizes (§6), on the logits [batch] of generated samples: a float64
/// scalar, differentiable once. Throws LossError where there is no logit.
torch::Tensor generator_loss(const Objective& objective, const GeneratorObjective& generator_objective,
                             const torch::Tensor& fake_logits);

/// The log r that the logits represent: float64, of their shape, without a gradient; nan for a dual pair.
/// Where the output is the log ratio itself, nothing is evaluated.
torch::Tensor log_ratio_of(const Objective& objective, const torch::Tensor& logits);

/// Evaluates a function of the raw output on logits of any shape, dtype and device; the result is float64, on
/// the same device, and differentiable once in the logits. Values and slopes beyond float32 are clamped to
/// its largest number and counted in `objective.clamped` (§5), and so are gradients beyond the 65504 of
/// float16 where the logits are of that type; logits that are not finite give nan. It is computed on the
/// host; for logits on a device, in the order of its stream (see `on_host`).
torch::Tensor evaluate(const Objective& objective, const ScalarFunction& function,
                       const torch::Tensor& logits);

}  // namespace ganwright
