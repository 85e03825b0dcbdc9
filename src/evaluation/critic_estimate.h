#pragma once

#include <torch/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "evaluation/log_ratio_calibration.h"
#include "training/options.h"

namespace ganwright {

/// Which pictures of a folder serve for what: int64, disjoint, together all of them.
struct PictureParts {
  torch::Tensor training;    ///< 60 %: the critic learns from them
  torch::Tensor validation;  ///< 15 %: they choose the critic, and calibrate it
  torch::Tensor held_out;    ///< 25 %: estimates are taken on them alone
};

/// Splits `count` pictures at random, in the same way for the same seed and count: a folder against itself
/// has the same parts on both sides. Throws DataError, which calls the folder `name`, for fewer than 40.
PictureParts split_pictures(int64_t count, int64_t seed, const std::string& name);

/// How the critic is trained: the discriminator, loss, optimizer and penalties of `training`, and when it
/// ends.
struct CriticOptions {
  TrainingOptions training;
  int64_t steps = 1000;
  double max_minutes = 0;    ///< 0: as long as it takes
  int64_t check_every = 25;  ///< steps between looks at the validation part
  int64_t patience = 12;     ///< looks without a gain after which training ends
};

/// Throws UsageError, LossError or ModelError for options that no critic can be trained with, among them a
/// loss whose outputs do not tell log r.
void check_critic_options(const CriticOptions& options);

/// How far the training is, after each step.
struct CriticStatus {
  int64_t step;
  double gain;          ///< that the last look found on the validation part (Calibration::gain)
  double seconds_left;  ///< until max_minutes are over
};

/// What a trained critic says of pictures that it has not learned from.
struct CriticEstimate {
  LogRatios validation;  ///< calibrated on these very pictures
  LogRatios held_out;    ///< of the held-out part, calibrated as well
  Calibration calibration;
  int64_t steps = 0;      ///< that were taken
  int64_t best_step = 0;  ///< whose critic this is; 0: none told more than chance, and all log ratios are 0
};

/// Trains a critic to tell the training parts apart, batches having as many pictures of p as of q whatever
/// the counts are, and looks at the validation part now and then: the critic that does best there after
/// calibration is kept (early stopping). One that does no better than chance would there counts as log ratio
/// 0.
/// `pixels_p`, `pixels_q`: uint8 [N, C, S, S]. Throws what check_critic_options throws, TrainingError for
/// log ratios that are not finite, Interrupted after a signal.
CriticEstimate estimate_log_ratios(const torch::Tensor& pixels_p, const PictureParts& parts_p,
                                   const torch::Tensor& pixels_q, const PictureParts& parts_q,
                                   const CriticOptions& options, const torch::Device& device,
                                   const std::function<void(const CriticStatus&)>& progress);

}  // namespace ganwright
