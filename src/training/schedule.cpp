#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganwright {
namespace {

double cosine(int64_t step, int64_t steps, double end) {
  if (steps == 0) {
    return 1;
  }
  const double done = std::min(1.0, static_cast<double>(step) / static_cast<double>(steps));
  return end + (1 - end) * (1 + std::cos(std::numbers::pi * done)) / 2;
}

}  // namespace

double learning_rate_at(const TrainingOptions& options, int64_t step) {
  const double rise =
      options.warm_up > 0 ? static_cast<double>(step + 1) / static_cast<double>(options.warm_up) : 1.0;
  return learning_rate_of(options) * std::min(1.0, rise) *
         cosine(step, options.decay_steps, options.learning_rate_end);
}

double penalty_scale_at(const TrainingOptions& options, int64_t step) {
  return cosine(step, options.decay_steps, options.penalty_end);
}

}  // namespace ganwright
