#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>

#include "system/callbacks.h"

namespace ganwright {

/// "45s", "3m 12s", "2h 05m" or "3d 04h", rounded to the smaller unit; "?" for a negative number or nan.
std::string format_duration(double seconds);

/// The time limit of work that has none.
constexpr double kNoTimeLimit = std::numeric_limits<double>::infinity();

/// What is left, in seconds, of so many minutes from `start` on: 0 once they are over, kNoTimeLimit for 0
/// minutes.
double seconds_left(double max_minutes, std::chrono::steady_clock::time_point start);

/// "train 500/2000 (25%), 12.5/s, ETA 2m 00s, loss 0.7". `rate` is in units per second; if it is not
/// positive, rate and ETA are left out. `extra` may be empty. The ETA is at most `most_seconds`.
std::string format_progress(std::string_view what, int64_t done, int64_t total, double rate,
                            std::string_view extra, double most_seconds = kNoTimeLimit);

/// The longest prefix of the UTF-8 `line` that has at most `columns` characters.
std::string_view clip_to_width(std::string_view line, size_t columns);

/// Decides when a progress line is due and what it says. The caller passes in the time, in seconds from any
/// origin.
class ProgressSchedule {
 public:
  /// No line in the first two seconds after `start`, then at most one per `interval` seconds.
  ProgressSchedule(std::string what, int64_t total, double interval, double start);

  /// The line to show now, if one is due. The last one (done == total) ignores the interval, if there was a
  /// line before.
  std::optional<std::string> update(int64_t done, std::string_view extra, double now,
                                    double most_seconds = kNoTimeLimit);

 private:
  std::string what_;
  int64_t total_;
  double interval_;
  double due_;
  // The rate is measured from the first update, so that a resumed run does not count what others did.
  std::optional<int64_t> first_done_;
  double first_time_ = 0;
  std::optional<int64_t> shown_;
};

/// Shows the progress of work that takes longer than two seconds: on a terminal that takes escape codes one
/// live line, rewritten at most five times a second; otherwise plain lines in the log, at most one in ten
/// seconds.
class Progress {
 public:
  /// `what` names the work, which has `total` units.
  Progress(std::string what, int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the live line.
  ~Progress();

  /// Reports that `done` of the total are finished. `extra` is shown after rate and ETA. The work ends
  /// `most_seconds` from now, done or not.
  void update(int64_t done, std::string_view extra = {}, double most_seconds = kNoTimeLimit);

 private:
  std::chrono::steady_clock::time_point start_;
  bool is_live_;
  bool line_is_open_ = false;
  ProgressSchedule schedule_;
};

/// A callback that shows the progress of work that reports its own total.
ProgressCallback show_progress(const std::string& what);

}  // namespace ganwright
