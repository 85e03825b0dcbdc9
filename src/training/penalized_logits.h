#pragma once

#include <torch/types.h>

#include <cstdint>
#include <vector>

#include "models/discriminator.h"
#include "training/augmentation.h"
#include "training/options.h"

namespace ganwright {

/// Images and how the discriminator is to see them.
struct View {
  torch::Tensor images;                 ///< float32 [n, C, S, S], not augmented
  torch::Tensor labels;                 ///< int64 [n]; undefined for an unconditional pair
  AugmentationParameters augmentation;  ///< of these images
};

/// The penalties of one pass. What weighs 0 is not computed.
struct PenaltyPlan {
  Penalty kind = Penalty::finite_difference;
  double r1 = 0;                ///< gamma on real images
  double r2 = 0;                ///< gamma on generated images
  double sigma = 0.01;          ///< deviation of the noise of finite differences
  double gradient_penalty = 0;  ///< lambda of WGAN-GP's penalty, always exact
  int64_t count = 0;            ///< images from the first on that they are taken on
};

/// What a pass through the discriminator gives: logits [n], and the penalties as scalars.
struct PenalizedLogits {
  torch::Tensor real_logits;
  torch::Tensor fake_logits;
  torch::Tensor r1;
  torch::Tensor r2;
  torch::Tensor gradient_penalty;
};

/// The logits of several views, in one pass, which keeps the matrix products large.
torch::Tensor logits_of(Discriminator& discriminator, const std::vector<View>& views);

/// The logits of real and generated images (equally many) with the penalties on them. Penalties differentiate
/// with respect to the un-augmented image, under the same augmentation (§8).
PenalizedLogits penalized_logits(Discriminator& discriminator, const View& real, const View& fake,
                                 const PenaltyPlan& plan, const at::Generator& random);

}  // namespace ganwright
