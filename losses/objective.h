#pragma once

#include <torch/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "losses/link.h"
#include "losses/real_function.h"

namespace ganwright {

/// The training problem derived from a divergence: the discriminator maximizes E_p[phi(h)] + E_q[psi(h)] over
/// its raw outputs h, and the maximum is D_f(p||q) (DESIGN §1; Nowozin, Cseke, Tomioka 2016).
struct Objective {
  std::string name;  ///< of the divergence
  ScalarFunction phi;
  ScalarFunction psi;
  RealFunction f;            ///< f(e^u)
  ScalarFunction output;     ///< v(h)
  ScalarFunction log_ratio;  ///< log r at the output h; nothing for a dual pair, whose outputs do not tell it
  bool output_is_log_ratio;  ///< log_ratio is the identity
  double curvature_at_one;   ///< f''(1)
  /// How many values or slopes overflowed float32 and were clamped so far; shared by copies.
  std::shared_ptr<std::atomic<int64_t>> clamped = std::make_shared<std::atomic<int64_t>>(0);
};

/// Derives the objective of a divergence under a link.
Objective make_objective(const Divergence& divergence, const Link& link);

/// The same under the divergence's natural link. Throws LossError where it has none.
Objective make_objective(const Divergence& divergence);

/// The same for a divergence, design or baseline by name: make_objective("alpha:0.5").
Objective make_objective(std::string_view divergence);

/// f / f''(1) in place of f: objectives that agree to second order near p = q (DESIGN §1, Scale). Throws
/// LossError where f''(1) is 0 or infinite.
Objective curvature_normalized(const Objective& objective);

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

}  // namespace ganwright
