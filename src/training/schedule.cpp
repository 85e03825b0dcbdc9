#include "training/schedule.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace ganwright {
namespace {

// The share of the decay that lies behind.
double decay_share(const TrainingOptions& options, int64_t step, double minutes) {
  const double of_steps =
      options.decay_steps > 0 ? static_cast<double>(step) / static_cast<double>(options.decay_steps) : 0;
  const double of_minutes = options.decay_minutes > 0 ? minutes / options.decay_minutes : 0;
  return std::min(1.0, std::max(of_steps, of_minutes));
}

double cosine(double share, double end) {
  return end + (1 - end) * (1 + std::cos(std::numbers::pi * share)) / 2;
}

}  // namespace

double learning_rate_at(const TrainingOptions& options, int64_t step, double minutes) {
  const double rise =
      options.warm_up > 0 ? static_cast<double>(step + 1) / static_cast<double>(options.warm_up) : 1.0;
  return learning_rate_of(options) * std::min(1.0, rise) *
         cosine(decay_share(options, step, minutes), options.learning_rate_end);
}

double penalty_scale_at(const TrainingOptions& options, int64_t step, double minutes) {
  return cosine(decay_share(options, step, minutes), options.penalty_end);
}

}  // namespace ganwright
