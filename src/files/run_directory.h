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
  /// Whose run it is just now (RunLock).
  [[nodiscard]] std::filesystem::path lock() const { return path / "lock"; }
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

/// Creates a new run, or takes the folder of one that ended before its first checkpoint (never_saved). Throws
/// OutputError if `path` already holds something else, or cannot be created or written to.
RunDirectory create_run(const std::filesystem::path& path);

/// Whether a folder holds nothing but what a run makes before its first checkpoint, and no line of metrics.
bool never_saved(const RunDirectory& run);

/// Removes a new run that nothing was trained in: files of its own names alone.
void discard_run(const RunDirectory& run) noexcept;

/// Opens an existing run. Throws CheckpointError if `path` is not a run.
RunDirectory open_run(const std::filesystem::path& path);

/// Keeps other processes from writing to a run while it lives, and leaves a file `lock` that names its owner.
class RunLock {
 public:
  /// Throws OutputError that names the owner if another process holds it, or says what else is in the way.
  /// The file of an owner that was killed is told in the log and replaced; it keeps nobody out.
  explicit RunLock(const RunDirectory& run);
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;
  ~RunLock();

 private:
  RunDirectory run_;
  std::string owner_;
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

/// The largest step that the name of a file is believed.
constexpr int64_t kLargestStep = 1'000'000'000'000'000;

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

/// Removes what writes that were cut short left of checkpoints and sample grids; only for who holds the lock.
void remove_partial_files(const RunDirectory& run);

/// Deletes all but the newest `keep` checkpoints; one that cannot be deleted is named in the log.
void prune_checkpoints(const RunDirectory& run, int64_t keep);

}  // namespace ganwright
