#include "training/step_cost.h"

#include <algorithm>

#include "models/flops.h"

namespace ganwright {
namespace {

// Numbers that a block takes until its backward pass is done, in token widths: 18 are kept by design (inputs,
// norms, queries, keys, values, what attention read, branches, and the hidden layer of 8/3 widths three
// times), the rest is what bench/memory measures beyond them: gradients on their way, pages not filled.
constexpr double kKeptWidths = 24;

// Numbers that the convolutions of a network take until its backward pass is done, in maps of a picture:
// their inputs and outputs, and the patches that are cut from them or joined to them.
constexpr double kKeptMaps = 5;

// Images that a penalty is taken on, for each image of a batch and step.
double penalized(const TrainingOptions& options) {
  return options.penalty_share / static_cast<double>(options.penalty_every);
}

double gammas(const TrainingOptions& options) {
  return (options.r1 > 0 ? 1.0 : 0.0) + (options.r2 > 0 ? 1.0 : 0.0);
}

}  // namespace

double step_flops(const TrainingOptions& options) {
  const PassFlops generator = generator_flops(options.model);
  const PassFlops discriminator = discriminator_flops(options.model);
  const auto forward = static_cast<double>(discriminator.forward());
  const auto to_inputs = static_cast<double>(discriminator.backward_to_inputs());
  const double both_ways = forward + static_cast<double>(discriminator.backward());
  // A gradient in the image, and the backward pass through it, in which each product has two factors.
  const double exact = 3 * to_inputs;
  const double penalties =
      penalized(options) * (gammas(options) * (options.penalty == Penalty::exact ? exact : both_ways) +
                            (options.gradient_penalty > 0 ? both_ways + exact : 0));
  const double critic_step = static_cast<double>(generator.forward()) + 2 * both_ways + penalties;
  const double generator_step = static_cast<double>(generator.forward() + generator.backward()) + forward +
                                to_inputs + (options.pairing == Pairing::relativistic ? forward : 0);
  return static_cast<double>(options.batch_size) *
         (static_cast<double>(options.critic_steps) * critic_step + generator_step);
}

double activation_bytes(const TrainingOptions& options) {
  const ModelOptions& model = options.model;
  const double kept = sizeof(float) * kKeptWidths * static_cast<double>(model.width * model.depth);
  const auto maps = [&](int64_t channels) {
    return sizeof(float) * kKeptMaps * static_cast<double>(channels * model.size * model.size);
  };
  const auto patches = static_cast<double>(grid_side(model) * grid_side(model));
  const bool is_exact = options.penalty == Penalty::exact;
  // The math back end of attention keeps its matrices, and a second backward pass what the first one made.
  const double matrices = 2 * sizeof(float) * static_cast<double>(model.depth * model.heads) * (patches + 1);
  const double penalty_images =
      options.penalty_share * (gammas(options) * (is_exact ? 2 : 1) + (options.gradient_penalty > 0 ? 3 : 0));
  const double critic =
      (2 + penalty_images) * maps(model.stem_channels) +
      (patches + 1) * ((2 + penalty_images) * kept +
                       (is_exact && gammas(options) > 0 ? 2 * penalty_images * matrices : 0));
  const double generator = (patches + static_cast<double>(model.latent_tokens)) * kept +
                           (patches + 1) * kept + maps(model.readout_channels) + maps(model.stem_channels);
  return static_cast<double>(options.batch_size / options.accumulate) * std::max(critic, generator);
}

}  // namespace ganwright
