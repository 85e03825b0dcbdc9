#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "losses/numeric/real_function.h"
#include "losses/objective/link.h"

namespace ganwright {

/// The training problem derived from a divergence: the discriminator maximizes E_p[phi(h)] + E_q[psi(h)] over
/// its raw outputs h, and the maximum is D_f(p||q) (§1; Nowozin, Cseke, Tomioka 2016).
struct Objective {
  std::string name;          ///< of the divergence
  ScalarFunction phi;        ///< on real samples, of h
  ScalarFunction psi;        ///< on generated samples, of h
  RealFunction f;            ///< f(e^u); missing for wasserstein
  ScalarFunction output;     ///< v(h)
  ScalarFunction log_ratio;  ///< log r at h; missing for a dual pair, whose outputs do not determine it
  bool output_is_log_ratio;  ///< log_ratio is the identity
  double curvature_at_one;   ///< f''(1)
  /// How many values and slopes beyond float32 were clamped so far (§5); shared by copies.
  std::shared_ptr<std::atomic<int64_t>> clamped = std::make_shared<std::atomic<int64_t>>(0);
};

/// Derives the objective of a divergence under a link.
Objective make_objective(const Divergence& divergence, const Link& link);

/// The same under the divergence's natural link. Throws LossError if it has none.
Objective make_objective(const Divergence& divergence);

/// The same for a divergence, design or baseline by name: make_objective("alpha:0.5").
Objective make_objective(std::string_view divergence);

/// Whether outputs of 0 give no gradient: phi' and psi' are 0 there, as where f''(1) = 0 under the log link.
/// A discriminator that starts at 0 everywhere would stay there.
bool is_flat_at_zero(const Objective& objective);

/// The objective of f / f''(1), so that objectives agree to second order near p = q (§9). Throws
/// LossError where f''(1) is 0 or infinite.
Objective curvature_normalized(const Objective& objective);

}  // namespace ganwright
