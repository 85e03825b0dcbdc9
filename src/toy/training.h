#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "losses/loss.h"
#include "toy/best_normal.h"
#include "toy/density.h"
#include "toy/networks.h"

namespace ganwright {

/// A toy problem: a loss trained on known densities.
struct ToyProblem {
  Density target;                 ///< p
  std::optional<Density> source;  ///< q where it is held fixed; missing where a generator is trained
  /// The generator, where one is trained; nothing: affine in 1-D, mlp in 2-D.
  std::optional<ToyGeneratorKind> generator = std::nullopt;
  ToyCriticKind critic = ToyCriticKind::mlp;  ///< the discriminator's network
  bool plain_sampling = false;                ///< draw from p and q without weights
  int64_t steps = 500;                        ///< of the generator, or of the critic if there is none
  int64_t batch_size = 512;                   ///< points a step
  int64_t evaluation_size = 200'000;          ///< points of the estimate where it is no quadrature
  int64_t seed = 0;                           ///< of the networks and all draws

  /// The generator that is trained where none is held fixed.
  [[nodiscard]] ToyGeneratorKind generator_kind() const {
    return generator.value_or(target.dimension == 1 ? ToyGeneratorKind::affine : ToyGeneratorKind::mlp);
  }
};

/// A snapshot of training, for the plot.
struct ToySnapshot {
  int64_t step;                    ///< after which it was taken
  torch::Tensor samples;           ///< of q, [count, dimension]
  torch::Tensor outputs;           ///< of the critic at `picture_points`
  std::optional<Density> density;  ///< q, where it is known
};

/// What a try found.
struct ToyResult {
  double estimate;                        ///< the critic's lower bound of D_f
  std::optional<double> standard_error;   ///< of the estimate, for plain sampling
  std::optional<SignedLog> exact;         ///< D_f; infinite where it is; nothing if it is unknown
  std::optional<double> log_ratio_error;  ///< empty if q is unknown or the outputs do not determine the ratio
  std::optional<FittedNormal> fit;        ///< an affine generator; its divergence is left 0
  std::optional<FittedNormal> optimum;    ///< where D_g is smallest, if it is known
  std::string sampling;                   ///< how x was drawn, in words
  std::string evaluation;                 ///< how the estimate was taken, in words
  std::vector<ToySnapshot> snapshots;     ///< from the start on
};

/// Where the snapshots look at the critic: 400 points of the line, or 60 x 60 of the plane, float64
/// [count, dimension].
torch::Tensor picture_points(const ToyProblem& problem);

/// Trains a critic, and a generator where none is given, by Adam with a learning rate that falls to zero; the
/// generator is the average over its last third of steps, and the critic is trained on for it. Where both
/// densities are known and nothing else is asked for, x is drawn with bounded weights. Throws TrainingError
/// for a loss that is no finite number, Interrupted when asked to stop.
ToyResult try_loss(const Loss& loss, const ToyProblem& problem,
                   const std::function<void(int64_t done, int64_t total)>& progress);

}  // namespace ganwright
