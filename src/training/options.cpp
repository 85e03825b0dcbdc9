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
    throw UsageError("--penalty-share rounds to zero pictures per (accumulated) batch; raise it");
  }
  if (options.augment_target > 0 && !loss.objective.log_ratio.value) {
    throw LossError("--augment-target follows the sign of log r, which the outputs of " +
                    loss.divergence.name + " do not determine; give --augment-probability instead");
  }
  if (options.augment_target > 0 && options.augment_probability < 1) {
    throw UsageError("--augment-target moves the probability by itself; leave --augment-probability out");
  }
}

void refuse_without_effect(const TrainingOptions& options) {
  const TrainingOptions usual;
  const bool has_r1_or_r2 = options.r1 > 0 || options.r2 > 0;
  const bool has_penalty = has_r1_or_r2 || options.gradient_penalty > 0;
  const bool has_decay = options.decay_steps > 0 || options.decay_minutes > 0;
  const bool changes_penalties =
      options.penalty_every > 1 || options.penalty_share < 1 || options.penalty_end < 1;
  const bool is_exact = options.penalty == Penalty::exact;
  const struct {
    bool is_needless;
    const char* message;
  } rules[] = {
      {!has_decay && (options.learning_rate_end < 1 || options.penalty_end < 1),
       "--learning-rate-end and --penalty-end have no effect while --decay-steps is 0; give it, too"},
      {has_decay && options.learning_rate_end == 1 && options.penalty_end == 1,
       "--decay-steps has no effect while --learning-rate-end and --penalty-end are 1; give one of them"},
      {!has_penalty && changes_penalties,
       "--penalty-every, --penalty-share and --penalty-end have no effect while --r1, --r2 and "
       "--gradient-penalty are 0; give one of these, or --penalty-every 1 --penalty-share 1 --penalty-end 1"},
      {!has_r1_or_r2 && is_exact,
       "--penalty has no effect while --r1 and --r2 are 0; set one of them, or give --penalty "
       "finite-difference"},
      {(!has_r1_or_r2 || is_exact) && options.penalty_sigma != usual.penalty_sigma,
       "--penalty-sigma has no effect without R1 or R2 by finite differences; leave it at 0.01"},
      {options.augment.empty() && options.augment_probability < 1,
       "--augment-probability has no effect without --augment; give some kind"},
      {options.augment.empty() && options.augment_target > 0,
       "--augment-target has no effect without --augment; give some kind"},
      {options.augment_target == 0 && options.augment_images != usual.augment_images,
       "--augment-images has no effect while --augment-target is 0; give it, too"},
  };
  for (const auto& rule : rules) {
    if (rule.is_needless) {
      throw UsageError(rule.message);
    }
  }
}

}  // namespace ganwright
