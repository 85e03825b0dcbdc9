#pragma once

#include <torch/types.h>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "files/json_lines.h"
#include "files/run_directory.h"
#include "report/event_file.h"
#include "run/owed.h"
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

/// Writes what a training tells of its steps: metrics.jsonl (averages over the steps since the last report),
/// evaluations.jsonl, grids of samples and the event files. A write that fails does not end the training: it
/// is told once, and what was to be written is kept and tried again with the next, and by retry().
class MetricsWriter {
 public:
  /// `options` must outlive it. Throws OutputError where metrics.jsonl cannot be written from the start.
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

  /// Appends the record to metrics.jsonl, logs it, and warns about newly clamped values.
  void write(const nlohmann::ordered_json& record);

  /// Appends an evaluation to evaluations.jsonl.
  void add_evaluation(const nlohmann::ordered_json& record);

  /// Writes the grid of samples of a step.
  void add_grid(int64_t step, const cv::Mat& grid);

  /// Tries once more what could not be written.
  void retry();

  /// The lines that could not be written so far.
  [[nodiscard]] Owed owed() const { return {metrics_kept_, evaluations_kept_}; }

  /// Tries once more what could not be written. Throws WriteError where that fails.
  void finish();

  /// Excludes `time` from the images-per-second measurement.
  void leave_out(std::chrono::steady_clock::duration time) { began_ += time; }

  /// The last report in short, for the live line.
  [[nodiscard]] const std::string& status() const { return status_; }

 private:
  using Clock = std::chrono::steady_clock;

  template <class Action>
  bool attempt(const Action& action);
  template <class Action>
  void attempt_event(const Action& action);
  void append_kept_lines(JsonLines& file, std::vector<nlohmann::ordered_json>& lines);
  [[nodiscard]] bool has_kept() const {
    return !metrics_kept_.empty() || !evaluations_kept_.empty() || !grids_kept_.empty();
  }

  const RunOptions& options_;
  RunDirectory run_;
  JsonLines metrics_;
  EventFile events_;
  std::vector<nlohmann::ordered_json> metrics_kept_;
  std::vector<nlohmann::ordered_json> evaluations_kept_;
  std::map<int64_t, cv::Mat> grids_kept_;
  std::string fault_;  // of the last write; empty where nothing is kept
  bool event_fault_is_told_ = false;
  torch::Tensor sum_;  // of the metrics since the last report; undefined before the first
  int64_t count_ = 0;
  Clock::time_point began_ = Clock::now();
  int64_t images_before_ = 0;
  int64_t clamped_before_ = 0;
  std::string status_;
};

}  // namespace ganwright
