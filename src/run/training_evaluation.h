#pragma once

#include <torch/types.h>

#include <cstdint>
#include <limits>
#include <nlohmann/json.hpp>
#include <vector>

#include "data/dataset.h"
#include "evaluation/features.h"
#include "evaluation/picture_comparison.h"
#include "files/run_directory.h"
#include "run/run_options.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// The evaluations of a run while it trains (--evaluate-every): the metrics of `ganwright evaluate` with
/// random features, of 1000 pictures on either side (or of as many as there are), the same latents every
/// time. They do not consume the run's random numbers.
class TrainingEvaluation {
 public:
  /// What the best checkpoint is chosen by; the smaller, the better.
  static constexpr const char* kMetric = "frechet_distance";

  /// Throws DataError for fewer than 2 pictures.
  TrainingEvaluation(const RunOptions& options, const RunDirectory& run, const Dataset& dataset,
                     const Device& device);

  /// Reevaluates the best checkpoint of a resumed run, if there is one: what is kept is the best of all that
  /// the run ever drew.
  void recall_best();

  /// The outcome of one evaluation.
  struct Finding {
    nlohmann::ordered_json record;  ///< a line for the run's evaluations
    bool is_best;                   ///< so far
  };

  /// Evaluates an averaged generator after `step` steps.
  Finding evaluate(int64_t step, const Generator& average);

 private:
  [[nodiscard]] std::vector<NamedEstimate> compare(const Generator& generator) const;

  RunDirectory run_;
  ModelOptions model_;
  Device device_;
  FeatureExtractor extractor_;
  PictureSet reals_;
  torch::Tensor latents_;
  torch::Tensor labels_;
  double best_ = std::numeric_limits<double>::infinity();
};

}  // namespace ganwright
