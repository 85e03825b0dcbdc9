#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <vector>

#include "comparison/compared_loss.h"
#include "files/run_directory.h"
#include "training/device.h"

namespace ganwright {

/// How the runs of a comparison are judged once they are trained.
struct ComparisonEvaluation {
  std::string data;      ///< folder of the real pictures, absolute
  int64_t count = 2000;  ///< generated pictures, and at most as many real ones
  std::string features;  ///< TorchScript file; empty: fixed random convolutions
  DeviceChoice device = DeviceChoice::automatic;
};

/// One run of a comparison, a cell of its table: a loss from a seed. Its files lie in FOLDER/LOSS/seed-N, its
/// configuration and what its last command printed beside that.
struct ComparisonRun {
  ComparedLoss loss;
  int64_t seed;
  RunDirectory run;

  /// Names the run in messages: "kl, dual link, seed 0".
  [[nodiscard]] std::string name() const { return loss.name + ", seed " + std::to_string(seed); }

  /// The files beside the run: its configuration, and the output of its last command.
  [[nodiscard]] std::filesystem::path config() const { return beside("config-", ".cfg"); }
  [[nodiscard]] std::filesystem::path output() const { return beside("output-", ".log"); }

 private:
  [[nodiscard]] std::filesystem::path beside(const std::string& start, const std::string& end) const {
    return run.path.parent_path() / (start + std::to_string(seed) + end);
  }
};

/// A cell's evaluation after `steps` steps, as `evaluate` wrote it, where there is one.
std::optional<nlohmann::ordered_json> evaluation_of(const ComparisonRun& cell, int64_t steps,
                                                    const ComparisonEvaluation& evaluation);

/// The next command of a cell (train, resume or evaluate); empty once it is evaluated. (What is left of a run
/// that was killed before its first checkpoint `train` takes over.)
std::vector<std::string> next_command(const ComparisonRun& cell, int64_t steps,
                                      const ComparisonEvaluation& evaluation);

/// Runs the commands of the cells, at most `jobs` at once, each cell's one after the other, with progress in
/// steps. Returns for each cell why it failed, in one line, or an empty text. After an interrupt the commands
/// are told to save and to stop, and Interrupted is thrown. Throws WriteError.
std::vector<std::string> carry_out(const std::vector<ComparisonRun>& cells, int64_t steps,
                                   const ComparisonEvaluation& evaluation, int64_t jobs);

}  // namespace ganwright
