#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "evaluation/log_ratio_calibration.h"
#include "evaluation/picture_copies.h"
#include "losses/loss.h"
#include "training/options.h"

namespace ganwright {

/// The parts into which the pictures of a folder are split: int64 indices, disjoint, together all of them.
struct PictureParts {
  torch::Tensor training;    ///< 60 %: the critic learns from them
  torch::Tensor validation;  ///< 15 %: they choose the critic, and calibrate it
  torch::Tensor held_out;    ///< 25 %: estimates are taken on them alone
  torch::Tensor groups;      ///< int64 [N]: equal for copies of one picture, of all pictures

  /// The groups of the pictures of one of the parts.
  [[nodiscard]] torch::Tensor groups_of(const torch::Tensor& part) const {
    return groups.index_select(0, part);
  }
};

/// The parts of both folders.
struct SplitPictures {
  PictureParts p;  ///< those of p
  PictureParts q;  ///< those of q
};

/// Splits both folders at random, so that copies of one picture stand in the same part of either folder: what
/// the critic learned by heart is nowhere held out. A group that no other part has room for is trained on.
/// Repeats for its seed. Throws DataError, which names the folders, for fewer than 40 different pictures.
SplitPictures split_pictures(const PictureGroups& groups, int64_t seed, const std::string& name_p,
                             const std::string& name_q);

/// How the critic is trained.
struct CriticOptions {
  TrainingOptions training;  ///< the discriminator, the loss, the optimizer and the penalties
  int64_t steps = 1000;      ///< at most
  double max_minutes = 0;    ///< 0: no limit
  int64_t check_every = 25;  ///< steps between evaluations on the validation part
  int64_t patience = 12;     ///< evaluations without a gain after which training ends
};

/// Throws UsageError, LossError or ModelError for options that no critic can be trained with by `loss`, which
/// make_loss derives from them, such as a loss whose outputs do not determine log r.
void check_critic_options(const CriticOptions& options, const Loss& loss);

/// The progress of the training after a step.
struct CriticStatus {
  int64_t step;         ///< steps that were taken
  double gain;          ///< Calibration::gain of the last evaluation on the validation part
  double seconds_left;  ///< until max_minutes are over
};

/// The log ratios that a trained critic estimates for pictures it was not trained on.
struct CriticEstimate {
  LogRatios validation;     ///< of the validation part, on which it was calibrated
  LogRatios held_out;       ///< of the held-out part, calibrated as well
  Calibration calibration;  ///< of the critic's outputs
  int64_t steps = 0;        ///< that were taken
  int64_t best_step = 0;    ///< at which this critic was saved; 0: none beat chance, and all log ratios are 0
};

/// Trains a critic to tell the training parts apart, on batches with as many pictures of p as of q. The
/// critic is evaluated regularly on the validation part, and the one that does best there after calibration
/// is returned (early stopping). If none does better than chance, all log ratios are 0. `pixels_p`,
/// `pixels_q`: uint8 [N, C, S, S]. Options and loss are those
/// that check_critic_options takes. Throws TrainingError for log ratios that
/// are not finite, Interrupted after a signal.
CriticEstimate estimate_log_ratios(const torch::Tensor& pixels_p, const PictureParts& parts_p,
                                   const torch::Tensor& pixels_q, const PictureParts& parts_q,
                                   const CriticOptions& options, const Loss& loss,
                                   const torch::Device& device,
                                   const std::function<void(const CriticStatus&)>& progress);

}  // namespace ganwright
