#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/option_table.h"
#include "comparison/compared_loss.h"
#include "comparison/comparison_run.h"
#include "run/initial_run.h"
#include "run/run_options.h"

namespace ganwright {

/// What `compare` was asked for.
struct ComparisonOptions {
  RunOptions run;  ///< what all runs have in common
  ComparisonGrid grid;
  ComparisonEvaluation evaluation;
  int64_t jobs = 1;
  std::string config;  ///< the file of --config

  /// Losses are normalized by f''(1) unless asked otherwise: at equal strength near p = q.
  ComparisonOptions() { run.training.loss.normalize_curvature = true; }
};

/// The flags of `compare`. `options` must outlive the table.
OptionTable comparison_option_table(ComparisonOptions& options);

/// Where a comparison keeps what it was begun with.
std::filesystem::path comparison_config(const std::filesystem::path& out);

/// How a comparison starts.
struct ComparisonStart {
  bool is_begun;  ///< a run has saved a checkpoint: the comparison continues with its options
  std::optional<InitialRun> initial;  ///< of --init, for one that is not begun
};

/// Reads the arguments over what --out was begun with and over --config into `options`, to which `table` is
/// bound; checks them, and makes paths absolute. The options may still change until the first run has saved a
/// checkpoint. Throws UsageError, OutputError, CheckpointError.
ComparisonStart read_comparison_options(const std::vector<std::string>& arguments, OptionTable& table,
                                        ComparisonOptions& options);

}  // namespace ganwright
