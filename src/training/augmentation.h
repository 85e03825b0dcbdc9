#pragma once

#include <ATen/core/Generator.h>
#include <torch/types.h>

#include <cstdint>
#include <set>

#include "losses/text/choice.h"

namespace ganwright {

/// The kinds of differentiable augmentation of what the discriminator sees, in the order in which they act:
/// `flip` mirrors a picture left to right, or not, with equal chances;
/// `color` adds a brightness in [-0.5, 0.5], scales what the channels differ by in [0, 2] (saturation) and
/// what the pixels differ by from the picture's mean in [0.5, 1.5] (contrast); `translation` moves a picture
/// by whole pixels, by up to an eighth of its side (rounded) each way. The border becomes 0, the middle of
/// [-1, 1]: it shows that the picture was moved, so that the generator has no reason to learn moved ones;
/// `cutout` sets a square of half the side (rounded up) to 0, whose middle lies anywhere in the picture.
/// Kinds, ranges and order of the last three are those of DiffAugment (Zhao et al. 2020, "Differentiable
/// Augmentation for Data-Efficient GAN Training"). A flip is not undone by the generator once its probability
/// is 1: it then learns mirrored pictures, too.
enum class Augmentation { flip, color, translation, cutout };

/// The kinds by the names that --augment takes.
constexpr Choices<Augmentation, 4> augmentation_names{{{"flip", Augmentation::flip},
                                                       {"color", Augmentation::color},
                                                       {"translation", Augmentation::translation},
                                                       {"cutout", Augmentation::cutout}}};

/// The random choices for a batch of pictures. As it is by default it changes nothing, for any batch.
struct AugmentationParameters {
  std::set<Augmentation> kinds;
  torch::Tensor values;  ///< float32 [batch, 8], for augment(); undefined if there are no kinds
};

/// Draws the choices for `batch` pictures of `side` x `side`, where each kind acts on each picture with a
/// probability of its own draw (Karras et al. 2020, "Training Generative Adversarial Networks with Limited
/// Data"). `probability`: float32 scalar on the device of the pictures and of `random`, never read on the
/// host.
AugmentationParameters draw_augmentation(const std::set<Augmentation>& kinds,
                                         const torch::Tensor& probability, int64_t batch, int64_t side,
                                         const at::Generator& random);

/// The pictures [batch, C, side, side] (float32 or float64) as augmented by the choices, one for each; the
/// same choices give the same transformation. It is affine in a picture and has derivatives of every order. A
/// picture on which no kind acts comes out exactly as it is. Throws std::invalid_argument for another number
/// of pictures.
torch::Tensor augment(const torch::Tensor& images, const AugmentationParameters& parameters);

/// The choices of `count` pictures from `start` on.
AugmentationParameters narrowed(const AugmentationParameters& parameters, int64_t start, int64_t count);

}  // namespace ganwright
