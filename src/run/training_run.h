#pragma once

#include <optional>

#include "data/dataset.h"
#include "files/run_directory.h"
#include "run/initial_run.h"
#include "run/run_options.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// Loads the pictures that the options name, with progress, makes options.data absolute and gives a
/// conditional pair its classes. Throws DataError, UsageError, Interrupted as load_image_folder.
Dataset load_pictures(RunOptions& options);

/// Trains until options.steps (or options.max_minutes) and leaves metrics, grids and checkpoints in `run`,
/// from the start, with the networks of an initial run where there is one, or from a checkpoint. After an
/// interrupt it saves and returns 130, otherwise 0. Throws OutputError where another process trains in the
/// run, TrainingError for losses that are no numbers any more, WriteError.
int run_training(const RunOptions& options, const RunDirectory& run, const Device& device,
                 const Dataset& dataset, const std::optional<Checkpoint>& checkpoint,
                 const std::optional<InitialRun>& initial = std::nullopt);

}  // namespace ganwright
