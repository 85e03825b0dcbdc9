#pragma once

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <string>

#include "files/json_lines.h"
#include "files/run_directory.h"
#include "report/event_file.h"
#include "run/run_options.h"
#include "training/metrics.h"

namespace ganwright {

/// The progress of a training run.
struct Standing {
  int64_t step;          ///< that was taken last
  int64_t images;        ///< real ones that were taken
  int64_t clamped;       ///< Trainer::clamped
  double learning_rate;  ///< of that step
  double seconds_left;   ///< of --max-minutes; kNoTimeLimit without
  int64_t peak_memory;   ///< in bytes
};

/// Writes metrics.jsonl and the event files: metrics averaged over the steps since the last report.
class MetricsWriter {
 public:
  /// `options` must outlive it. Throws OutputError.
  MetricsWriter(const RunDirectory& run, const RunOptions& options);

  /// Rewinds the log to this point: records of later steps are dropped. Throws WriteError.
  void restart_at(const Standing& now);

  /// Starts counting steps.
  void begin(const Standing& now);

  /// Adds what a step returned; nothing waits for the device.
  void add(const torch::Tensor& metrics);

  /// Means over the steps since the last report, of which there is at least one; waits for the device.
  [[nodiscard]] TrainingMetrics<double> mean() const;

  /// A line of metrics.jsonl on the steps since the last one; empty where no step was added.
  nlohmann::ordered_json take_record(const Standing& now);

  /// Appends the record, logs it, and warns about newly clamped values. Throws WriteError.
  void write(const nlohmann::ordered_json& record);

  /// Adds an evaluation, and the grid of samples of a step, to the event files.
  void add_evaluation(const nlohmann::ordered_json& record) { events_.add_scalars("evaluation", record); }
  void add_samples(int64_t step, const std::filesystem::path& grid);

  /// Excludes `time` from the images-per-second measurement.
  void leave_out(std::chrono::steady_clock::duration time) { began_ += time; }

  /// The last report in short, for the live line.
  [[nodiscard]] const std::string& status() const { return status_; }

 private:
  using Clock = std::chrono::steady_clock;

  const RunOptions& options_;
  RunDirectory run_;
  JsonLines metrics_;
  EventFile events_;
  torch::Tensor sum_;  // of the metrics since the last report; undefined before the first
  int64_t count_ = 0;
  Clock::time_point began_ = Clock::now();
  int64_t images_before_ = 0;
  int64_t clamped_before_ = 0;
  std::string status_;
};

}  // namespace ganwright
