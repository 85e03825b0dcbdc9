#pragma once

#include <optional>
#include <string>

#include "data/dataset.h"
#include "models/options.h"
#include "run/run_options.h"
#include "training/checkpoint.h"

namespace ganwright {

/// The run whose networks a new one starts from (--init).
struct InitialRun {
  Checkpoint checkpoint;
  RunOptions options;
};

/// Reads the newest checkpoint of the run that `init` names, or nothing if it is empty. Throws
/// CheckpointError, and UsageError where its options are none of this version.
std::optional<InitialRun> read_initial_run(const std::string& init);

/// Copies the network options of that run into `table` (a run_option_table), so the user only states what
/// differs.
void take_options_of_networks(const InitialRun& initial, OptionTable& table);

/// Makes options.init absolute, and keeps that run's scale of normalized positions unless options say
/// another. Throws UsageError that names the option where a network is of another shape: only the size of the
/// pictures may differ.
void fit_to_initial_run(const InitialRun& initial, RunOptions& options);

/// Whether a conditional model would continue from this checkpoint with other classes than it was trained on.
bool has_other_classes(const Checkpoint& checkpoint, const RunOptions& options, const Dataset& dataset);

/// Throws DataError if a conditional model would continue with other classes than it was trained on.
void require_same_classes(const InitialRun& initial, const RunOptions& options, const Dataset& dataset);

}  // namespace ganwright
