#pragma once

#include "data/dataset.h"
#include "files/run_directory.h"
#include "losses/loss.h"
#include "run/initial_run.h"
#include "run/run_options.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// All that a training takes, derived once from what its command was told.
struct TrainingSetup {
  RunOptions options;  ///< with the classes of the pictures
  Loss loss;           ///< of them; check_run_options takes both
  Device device;
  Dataset dataset;
  RunDirectory run;
};

/// Trains a new run until options.steps (or options.max_minutes), its networks from `initial` where there is
/// one, and leaves metrics, grids and checkpoints in the run. After an interrupt it saves and returns 130,
/// otherwise 0. Throws OutputError where another process trains in the run, TrainingError for losses that are
/// no numbers any more, WriteError.
int start_training(const TrainingSetup& setup, const std::optional<InitialRun>& initial);

/// The same of a run that goes on from a checkpoint of its own.
int resume_training(const TrainingSetup& setup, const Checkpoint& checkpoint);

}  // namespace ganwright
