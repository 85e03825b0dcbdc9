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

/// "45s", "3m 12s", "2h 05m" or "3d 04h", rounded to the smaller unit shown; "?" for what is no duration.
std::string format_duration(double seconds);

/// Stands for work that no clock ends.
constexpr double kNoTimeLimit = std::numeric_limits<double>::infinity();

/// "train 500/2000 (25%), 12.5/s, ETA 2m 00s, loss 0.7". `rate` is in units per second; where it is not
/// positive, rate and ETA are left out. `extra` may be empty. The ETA is at most `most_seconds`.
std::string format_progress(std::string_view what, int64_t done, int64_t total, double rate,
                            std::string_view extra, double most_seconds = kNoTimeLimit);

/// The longest beginning of UTF-8 `line` that fills at most `columns` characters.
std::string_view clip_to_width(std::string_view line, size_t columns);

/// Decides when a line is due and what it says; the time (seconds, of any origin) is passed in.
class ProgressSchedule {
 public:
  /// Nothing is shown in the first two seconds after `start`, then at most one line per `interval` seconds.
  ProgressSchedule(std::string what, int64_t total, double interval, double start);

  /// The line to show now, if one is due. The end is shown whatever the interval, where anything was shown
  /// before.
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

/// Reports on work that may take longer than two seconds: one live line on a terminal, rewritten at most five
/// times a second, plain lines through the log at most every ten seconds elsewhere.
class Progress {
 public:
  Progress(std::string what, int64_t total);
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;
  /// Ends the live line.
  ~Progress();

  /// `done` of the total are finished; `extra` is shown behind rate and ETA. The work ends after
  /// `most_seconds` from now, done or not.
  void update(int64_t done, std::string_view extra = {}, double most_seconds = kNoTimeLimit);

 private:
  std::chrono::steady_clock::time_point start_;
  bool on_terminal_;
  bool line_is_open_ = false;
  ProgressSchedule schedule_;
};

/// A callback that shows how far work has come, for work that tells its total by itself.
ProgressCallback show_progress(const std::string& what);

}  // namespace ganwright
