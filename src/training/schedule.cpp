#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganwright {
namespace {

double cosine(const TrainingOptions& options, int64_t step, double time_share, double end) {
  if (options.decay_steps == 0) {
    return 1;
  }
  const double step_share = static_cast<double>(step) / static_cast<double>(options.decay_steps);
  const double done = std::min(1.0, std::max(step_share, time_share));
  return end + (1 - end) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

}  // namespace

double learning_rate_at(const TrainingOptions& options, int64_t step, double time_share) {
  const double rise =
      options.warm_up > 0 ? static_cast<double>(step + 1) / static_cast<double>(options.warm_up) : 1.0;
  return learning_rate_of(options) * std::min(1.0, rise) *
         cosine(options, step, time_share, options.learning_rate_end);
}

double penalty_scale_at(const TrainingOptions& options, int64_t step, double time_share) {
  return cosine(options, step, time_share, options.penalty_end);
}

}  // namespace ganwright
