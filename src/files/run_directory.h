#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "system/file_descriptor.h"

namespace ganwright {

/// The files of one training run (docs/architecture.md).
struct RunDirectory {
  std::filesystem::path path;

  /// The configuration, the messages, the metrics of the steps, and the evaluations during training.
  [[nodiscard]] std::filesystem::path config() const { return path / "config.cfg"; }
  [[nodiscard]] std::filesystem::path log() const { return path / "log.txt"; }
  [[nodiscard]] std::filesystem::path metrics() const { return path / "metrics.jsonl"; }
  [[nodiscard]] std::filesystem::path evaluations() const { return path / "evaluations.jsonl"; }
  /// What each train and resume ran on.
  [[nodiscard]] std::filesystem::path sessions() const { return path / "sessions.jsonl"; }
  [[nodiscard]] std::filesystem::path reals() const { return path / "reals.png"; }
  [[nodiscard]] std::filesystem::path samples() const { return path / "samples"; }
  [[nodiscard]] std::filesystem::path checkpoints() const { return path / "checkpoints"; }
  /// The best checkpoint that --evaluate-every found; not part of list_checkpoints.
  [[nodiscard]] std::filesystem::path best_checkpoint() const { return checkpoints() / "best.safetensors"; }
  /// samples/000001000.png
  [[nodiscard]] std::filesystem::path sample_grid(int64_t step) const;
  /// checkpoints/000001000.safetensors
  [[nodiscard]] std::filesystem::path checkpoint(int64_t step) const;
};

/// Creates a new run. Throws OutputError if `path` already holds something, or cannot be created or
/// written to.
RunDirectory create_run(const std::filesystem::path& path);

/// Removes a new run that nothing was trained in.
void discard_run(const RunDirectory& run) noexcept;

/// Opens an existing run. Throws CheckpointError if `path` is not a run.
RunDirectory open_run(const std::filesystem::path& path);

/// Keeps other processes from training in a run while it lives.
class RunLock {
 public:
  /// Throws OutputError if another process holds it.
  explicit RunLock(const RunDirectory& run);

 private:
  FileDescriptor folder_;
};

/// A file that is named by a step, such as 000001000.png.
struct StepFile {
  int64_t step;
  std::filesystem::path path;
};

/// The endings of checkpoints and sample grids, for step_files.
constexpr const char* kCheckpointEnding = ".safetensors";
constexpr const char* kSampleGridEnding = ".png";

/// The files of a folder that are named by a step and end like this, the first step first; none where it
/// cannot be read.
std::vector<StepFile> step_files(const std::filesystem::path& folder, const std::string& extension);

/// The checkpoints of a run, oldest first: files named by their step.
std::vector<std::filesystem::path> list_checkpoints(const RunDirectory& run);

/// The newest checkpoint. Throws CheckpointError if there is none.
std::filesystem::path latest_checkpoint(const RunDirectory& run);

/// Renames the checkpoints and sample grids of later steps to "<name>.set-aside" (-2, -3, ...), each
/// checkpoint with a warning: a run that continues from an earlier one leaves them behind, and none of them
/// is its newest any more. Throws WriteError.
void set_aside_later_files(const RunDirectory& run, int64_t step);

/// Deletes all but the newest `keep` checkpoints; one that cannot be deleted is named in the log.
void prune_checkpoints(const RunDirectory& run, int64_t keep);

}  // namespace ganwright
