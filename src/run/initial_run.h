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

/// Reads the newest checkpoint of the run that `init` names, or nothing where it is empty. Throws
/// CheckpointError, and UsageError where its options are none of this version.
std::optional<InitialRun> read_initial_run(const std::string& init);

/// Gives the options of the networks the values that they have in that run, so that only what shall differ
/// need be said; `table` is that of run_option_table.
void take_options_of_networks(const InitialRun& initial, OptionTable& table);

/// Makes options.init absolute, and has normalized positions go on at that run's scale unless options say
/// another. Throws UsageError that names the option where a network is of another shape: only the size of the
/// pictures may differ.
void fit_to_initial_run(const InitialRun& initial, RunOptions& options);

/// Whether a conditional pair would go on from this checkpoint with other classes than it knows.
bool has_other_classes(const Checkpoint& checkpoint, const RunOptions& options, const Dataset& dataset);

/// Throws DataError unless a conditional pair goes on with the classes that it knows.
void require_same_classes(const InitialRun& initial, const RunOptions& options, const Dataset& dataset);

}  // namespace ganwright
