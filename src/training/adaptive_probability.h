#pragma once

#include <torch/types.h>

namespace ganwright {

/// The probability of augmentation that follows the discriminator's overfitting (Karras et al. 2020,
/// "Training Generative Adversarial Networks with Limited Data", section 3). Its measure is r_t = E[sign(log
/// r)] over the real images of the last four batches, r = p/q (§1): the fraction classified as real (r > 1)
/// minus the fraction classified as fake: 0 at chance, 1 when all are recognized. Each batch moves the
/// probability by batch/images toward more where r_t is above the target and toward less where it is below.
/// It starts at 0 and stays in [0, 0.8], beyond which the generator learns the augmentations.
class AdaptiveProbability {
 public:
  /// `target`: of r_t, 0.6 in the paper. `images`: over which the probability could go from 0 to 1, 500,000
  /// in the paper.
  AdaptiveProbability(double target, double images, const torch::Device& device);

  /// Takes one batch's log r, or whatever has its sign, on the device: any floating type, [batch]. Reads
  /// nothing on the host. A batch with nan among them, as of an objective whose outputs tell no ratio, moves
  /// nothing.
  void update(const torch::Tensor& real_log_ratios);

  /// The probability, a float32 scalar on the device that shares memory with the state.
  [[nodiscard]] torch::Tensor value() const { return state_[0]; }

  /// The state for a checkpoint, float32 [5] on the device, to be read or copied into: the probability, then
  /// E[sign(log r)] of the last four batches, the target for those before the first.
  [[nodiscard]] torch::Tensor state() const { return state_; }

 private:
  double target_;
  double images_;
  torch::Tensor state_;
};

}  // namespace ganwright
