#include "training/options.h"

#include <cmath>
#include <string>

#include "errors.h"
#include "losses/loss_error.h"
#include "losses/relativistic.h"

namespace ganwright {

void check_training_options(const TrainingOptions& options, const Loss& loss) {
  validate(options.model);
  require_nontrivial(loss.divergence);
  if (options.pairing == Pairing::relativistic) {
    require_relativistic(loss);
  }
  if (options.batch_size % options.accumulate != 0) {
    throw UsageError("--accumulate " + std::to_string(options.accumulate) + " does not divide --batch-size " +
                     std::to_string(options.batch_size) + "; choose one that does");
  }
  if (std::llround(static_cast<double>(options.batch_size / options.accumulate) * options.penalty_share) <
      1) {
    throw UsageError(
        "--penalty-share leaves no picture of a batch (or of its part by --accumulate); give a larger one");
  }
  if (options.augment_target > 0 && !loss.objective.log_ratio.value) {
    throw LossError("--augment-target follows the sign of log r, which the outputs of " +
                    loss.divergence.name + " do not tell; give --augment-probability instead");
  }
  if (options.augment_target > 0 && options.augment_probability < 1) {
    throw UsageError("--augment-target moves the probability by itself; leave --augment-probability out");
  }
}

void refuse_without_effect(const TrainingOptions& options) {
  const TrainingOptions usual;
  const bool has_r1_or_r2 = options.r1 > 0 || options.r2 > 0;
  const bool has_penalty = has_r1_or_r2 || options.gradient_penalty > 0;
  const bool has_decay = options.decay_steps > 0;
  const bool changes_penalties =
      options.penalty_every > 1 || options.penalty_share < 1 || options.penalty_end < 1;
  const bool is_exact = options.penalty == Penalty::exact;
  const struct {
    bool is_needless;
    const char* message;
  } rules[] = {
      {!has_decay && (options.learning_rate_end < 1 || options.penalty_end < 1),
       "--learning-rate-end and --penalty-end say what --decay-steps leaves, which is 0; give it, too"},
      {has_decay && options.learning_rate_end == 1 && options.penalty_end == 1,
       "--decay-steps changes nothing while --learning-rate-end and --penalty-end are 1; give one of them"},
      {!has_penalty && changes_penalties,
       "--penalty-every, --penalty-share and --penalty-end change penalties, and --r1, --r2 and "
       "--gradient-penalty are all 0; give one of these, or --penalty-every 1 --penalty-share 1 "
       "--penalty-end 1"},
      {!has_r1_or_r2 && is_exact,
       "--penalty says how --r1 and --r2 are computed, which are 0; give one of them, or --penalty "
       "finite-difference"},
      {(!has_r1_or_r2 || is_exact) && options.penalty_sigma != usual.penalty_sigma,
       "--penalty-sigma is the noise of R1 and R2 by finite differences, which this run does not take; leave "
       "it at 0.01"},
      {options.augment.empty() && options.augment_probability < 1,
       "--augment-probability is that of --augment, which names no kind; give some"},
      {options.augment.empty() && options.augment_target > 0,
       "--augment-target moves the probability of --augment, which names no kind; give some"},
      {options.augment_target == 0 && options.augment_images != usual.augment_images,
       "--augment-images says how fast --augment-target moves a probability, and it is 0; give it, too"},
  };
  for (const auto& rule : rules) {
    if (rule.is_needless) {
      throw UsageError(rule.message);
    }
  }
}

}  // namespace ganwright
