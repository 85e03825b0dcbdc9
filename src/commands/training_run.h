#pragma once

#include <optional>

#include "commands/run_options.h"
#include "training/checkpoint.h"
#include "training/run_directory.h"

namespace ganwright {

/// Trains until options.steps (or options.max_minutes) and leaves metrics, grids and checkpoints in `run`,
/// from the start or from a checkpoint. After an interrupt it saves and returns 130, otherwise 0. Throws
/// DataError, TrainingError for losses that are no numbers any more, WriteError, and what the options' parts
/// throw.
int run_training(const RunOptions& options, const RunDirectory& run,
                 const std::optional<Checkpoint>& checkpoint);

}  // namespace ganwright
