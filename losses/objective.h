#pragma once

#include <torch/types.h>

#include <atomic>
#include <memory>
#include <string>
#include <string_view>

#include "losses/program.h"

namespace ganwright {

struct Divergence;

/// A function of the logit u and its derivative. The derivative is compiled from f'' in normal form, never
/// taken as a difference of large numbers.
struct ScalarFunction {
  Program value;
  Program slope;
};

/// The training problem derived from a divergence: the discriminator maximizes E_p[phi(u)] + E_q[psi(u)] over
/// its logits u, and the maximum is D_f(p||q) (DESIGN §1; Nowozin, Cseke, Tomioka 2016).
///
/// For a smooth f the link is the logarithm: the optimal logit is u = log(p/q), phi = f'(e^u),
/// psi = f(e^u) - e^u f'(e^u), with the slopes phi' = r f''(r) and psi' = -r^2 f''(r) at r = e^u.
/// For a dual pair phi = v(u) and psi = -f*(v(u)) for its output activation v.
struct Objective {
  std::string name;
  ScalarFunction phi;
  ScalarFunction psi;
  Program f;                ///< f(e^u)
  bool logit_is_log_ratio;  ///< false for a dual pair, whose optimal logits are unbounded
  double curvature_at_one;  ///< f''(1)
  /// How many values or slopes overflowed float32 and were clamped so far; shared by copies.
  std::shared_ptr<std::atomic<int64_t>> clamped = std::make_shared<std::atomic<int64_t>>(0);
};

/// Derives the objective of a divergence. Throws LossError where the log link has no finite gradient weight,
/// as for vajda:k with 1 < k < 2.
Objective make_objective(const Divergence& divergence);

/// The same for a named divergence: make_objective("alpha:0.5").
Objective make_objective(std::string_view divergence);

/// Evaluates a function of the objective on logits of any shape, dtype and device; the result is float64 on
/// the same device and differentiable once in the logits. Values and slopes beyond float32 are clamped to its
/// largest number and counted in `objective.clamped`; a logit that is no number gives nan.
torch::Tensor evaluate(const Objective& objective, const ScalarFunction& function,
                       const torch::Tensor& logits);

/// E_p[phi] + E_q[psi], the lower bound of D_f that the discriminator maximizes. Logits: [batch]; float64
/// scalar.
torch::Tensor divergence_bound(const Objective& objective, const torch::Tensor& real_logits,
                               const torch::Tensor& fake_logits);

}  // namespace ganwright
