#pragma once

#include <cstdint>
#include <set>

#include "losses/loss.h"
#include "losses/text/choice.h"
#include "models/options.h"
#include "training/augmentation.h"

namespace ganwright {

/// How the gradient penalties R1 and R2 are computed: `finite_difference` from the logits of images with a
/// little noise (APT, GAT 2025), `exact` by double backward (Mescheder et al. 2018).
enum class Penalty { finite_difference, exact };

/// The ways by the names that --penalty takes.
constexpr Choices<Penalty, 2> penalty_names{
    {{"finite-difference", Penalty::finite_difference}, {"exact", Penalty::exact}}};

/// What the discriminator's outputs are compared with: `independent` of one another, or `relativistic`, each
/// on a real image with that on a generated one (losses/relativistic.h).
enum class Pairing { independent, relativistic };

/// The pairings by the names that --pairing takes.
constexpr Choices<Pairing, 2> pairing_names{
    {{"independent", Pairing::independent}, {"relativistic", Pairing::relativistic}}};

/// How the learning rate follows the width of the networks: `uniform` is one for all parameters; `matrices`
/// is for matrices that read the width alone, whose outputs add up over it, and the rest (scales, gates,
/// biases, tokens) has width / 96 times as much (Yang et al. 2022, "Tensor Programs V", table 8).
enum class RateScaling { uniform, matrices };

/// The scalings by the names that --rate-scaling takes.
constexpr Choices<RateScaling, 2> rate_scaling_names{
    {{"uniform", RateScaling::uniform}, {"matrices", RateScaling::matrices}}};

/// What matrix products and attention are computed in: `float32`, `tf32` (float32 with ten bits of mantissa,
/// on CUDA devices alone), or `bfloat16` by automatic mixed precision. Weights, logits and losses are
/// float32 in any case, and so are exact penalties, but under tf32, which holds for the whole process.
enum class Precision { float32, tf32, bfloat16 };

/// The precisions by the names that --precision takes.
constexpr Choices<Precision, 3> precision_names{
    {{"float32", Precision::float32}, {"tf32", Precision::tf32}, {"bfloat16", Precision::bfloat16}}};

/// All options that determine what a training step computes: equal options, data and device give equal steps.
/// A resumed run keeps them.
struct TrainingOptions {
  LossOptions loss;
  ModelOptions model;
  Pairing pairing = Pairing::independent;
  int64_t batch_size = 64;
  int64_t accumulate = 1;    ///< parts that a batch is taken in, one after the other
  int64_t critic_steps = 1;  ///< discriminator steps for each of the generator
  int64_t seed = 0;
  Precision precision = Precision::float32;

  /// Of both networks; 0 means 8e-4 at width 96, in inverse proportion to the width.
  double learning_rate = 0;
  RateScaling rate_scaling = RateScaling::uniform;
  int64_t warm_up = 100;         ///< steps over which the learning rate rises to its value
  int64_t decay_steps = 0;       ///< steps over which learning rate and penalties fall; 0: they do not
  double decay_minutes = 0;      ///< or so many minutes of training, whichever is over first; 0: no limit
  double learning_rate_end = 1;  ///< the share of the learning rate that is left then
  double penalty_end = 1;        ///< the share of the penalties that is left then
  double beta2 = 0.99;           ///< of Adam, whose beta1 is 0
  double clip_norm = 1;          ///< largest norm of a network's gradient; 0 leaves it as it is

  double r1 = 0.05;  ///< gamma of R1, on real images (Mescheder et al. 2018)
  double r2 = 0.05;  ///< gamma of R2, on generated images
  Penalty penalty = Penalty::finite_difference;
  double penalty_sigma = 0.01;  ///< deviation of the noise of finite differences, in units of [-1, 1]
  int64_t penalty_every =
      1;                     ///< discriminator steps from one with penalties to the next (Karras et al. 2020)
  double penalty_share = 1;  ///< of a batch on which they are taken
  double gradient_penalty = 0;  ///< lambda of WGAN-GP's penalty (Gulrajani et al. 2017)

  std::set<Augmentation> augment = {};  ///< kinds of differentiable augmentation
  double augment_probability = 1;       ///< of each kind, where augment_target is 0
  double augment_target = 0;        ///< E[sign(log r)] on real images that the probability is moved to keep
  double augment_images = 500'000;  ///< images over which such a probability can go from 0 to 1

  double ema_half_life =
      500'000;  ///< of the averaged generator, in images; at most a twentieth of those seen
};

/// Throws LossError, ModelError or UsageError, with one line that names the option, for options that no
/// training can run with. `loss`: what make_loss derives from options.loss.
void check_training_options(const TrainingOptions& options, const Loss& loss);

/// Throws UsageError if an option has no effect given the others. Checked for new runs only.
void refuse_without_effect(const TrainingOptions& options);

/// The learning rate that the options ask for.
inline double learning_rate_of(const TrainingOptions& options) {
  return options.learning_rate > 0 ? options.learning_rate
                                   : 8e-4 * 96 / static_cast<double>(options.model.width);
}

}  // namespace ganwright
