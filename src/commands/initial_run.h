#pragma once

#include <optional>

#include "commands/run_options.h"
#include "data/dataset.h"
#include "models/options.h"
#include "training/checkpoint.h"

namespace ganwright {

/// The run whose networks a new one starts from (--init).
struct InitialRun {
  Checkpoint checkpoint;
  ModelOptions model;
};

/// Reads the newest checkpoint of the run that options.init names, or nothing where it names none. Makes
/// options.init absolute, and has normalized positions go on at that run's scale unless options say another.
/// Throws CheckpointError, and UsageError that names the option where a network is of another shape: only
/// the size of the pictures may differ.
std::optional<InitialRun> read_initial_run(RunOptions& options);

/// Throws DataError unless a conditional pair goes on with the classes that it knows.
void require_same_classes(const InitialRun& initial, const RunOptions& options, const Dataset& dataset);

}  // namespace ganwright
