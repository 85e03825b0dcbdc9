#pragma once

#include "data/dataset.h"
#include "files/run_directory.h"
#include "losses/loss.h"
#include "run/initial_run.h"
#include "run/run_options.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// Everything a training run needs, derived once from the command line.
struct TrainingSetup {
  RunOptions options;  ///< with the classes of the pictures
  Loss loss;           ///< of them; check_run_options takes both
  Device device;
  Dataset dataset;
  RunDirectory run;
};

/// Trains a new run for options.steps steps (or options.max_minutes), optionally from the networks of
/// `initial`, and writes metrics, grids and checkpoints. Saves and returns 130 on interrupt, else returns 0.
/// The caller holds the RunLock. Throws TrainingError if the loss stays non-finite; WriteError where a
/// checkpoint cannot be written, or at the end what else could not be.
int start_training(const TrainingSetup& setup, const std::optional<InitialRun>& initial);

/// Like start_training, but continues from one of the run's own checkpoints.
int resume_training(const TrainingSetup& setup, const Checkpoint& checkpoint);

}  // namespace ganwright
