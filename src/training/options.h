#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "losses/loss.h"
#include "models/options.h"

namespace ganwright {

/// How the gradient penalties R1 and R2 are computed: `finite_difference` from the logits of images with a
/// little noise (APT, GAT 2025), `exact` by double backward (Mescheder et al. 2018).
enum class Penalty { finite_difference, exact };

/// The names "finite-difference" and "exact".
std::vector<std::string> penalty_names();

/// Throws UsageError for an unknown name.
Penalty parse_penalty(std::string_view name);

/// Everything that decides what a training step computes. Two runs with equal values, data and device take
/// the same steps; a resumed run keeps them.
struct TrainingOptions {
  LossOptions loss;
  ModelOptions model;
  int64_t batch_size = 64;
  int64_t seed = 0;
  /// Of both networks; 0 means 8e-4 at width 96, in inverse proportion to the width.
  double learning_rate = 0;
  int64_t warm_up = 100;  ///< steps over which the learning rate rises to its value
  double beta2 = 0.99;    ///< of Adam, whose beta1 is 0
  double clip_norm = 1;   ///< largest norm of a network's gradient; 0 leaves it as it is
  double r1 = 0.05;       ///< gamma of R1, on real images (Mescheder et al. 2018)
  double r2 = 0.05;       ///< gamma of R2, on generated images
  std::string penalty = "finite-difference";
  double penalty_sigma = 0.01;  ///< deviation of the noise of finite differences, in units of [-1, 1]
  double ema_half_life =
      500'000;  ///< of the averaged generator, in images; at most a twentieth of those seen
};

/// The learning rate that the options ask for.
inline double learning_rate_of(const TrainingOptions& options) {
  return options.learning_rate > 0 ? options.learning_rate
                                   : 8e-4 * 96 / static_cast<double>(options.model.width);
}

}  // namespace ganwright
