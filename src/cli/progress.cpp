#include "cli/progress.h"

#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <utility>

#include "cli/terminal.h"

namespace ganwright {
namespace {

constexpr double kQuietSeconds = 2;
constexpr double kLiveInterval = 0.2;
constexpr double kPlainInterval = 10;

std::string format_rate(double rate) {
  if (rate >= 100) {
    return fmt::format("{:.0f}/s", rate);
  }
  return rate >= 1 ? fmt::format("{:.1f}/s", rate) : fmt::format("{:.2g}/s", rate);
}

}  // namespace

double seconds_left(double max_minutes, std::chrono::steady_clock::time_point start) {
  const std::chrono::duration<double> gone = std::chrono::steady_clock::now() - start;
  return max_minutes > 0 ? std::max(0.0, 60 * max_minutes - gone.count()) : kNoTimeLimit;
}

std::string format_duration(double seconds) {
  // The upper bound is where a count of seconds no longer fits an integer's arithmetic; NaN fails both.
  if (!(seconds >= 0 && seconds < 1e15)) {
    return "?";
  }
  const int64_t whole = std::llround(seconds);
  const int64_t minutes = (whole + 30) / 60;
  const int64_t hours = (whole + 1800) / 3600;
  if (whole < 60) {
    return fmt::format("{}s", whole);
  }
  if (whole < 3600) {
    return fmt::format("{}m {:02}s", whole / 60, whole % 60);
  }
  if (minutes < 24 * 60) {
    return fmt::format("{}h {:02}m", minutes / 60, minutes % 60);
  }
  return fmt::format("{}d {:02}h", hours / 24, hours % 24);
}

std::string format_progress(std::string_view what, int64_t done, int64_t total, double rate,
                            std::string_view extra, double most_seconds) {
  // Rounded down, so that 100% means the end.
  const int64_t percent =
      done < total ? static_cast<int64_t>(100.0 * static_cast<double>(done) / static_cast<double>(total))
                   : 100;
  std::string line = fmt::format("{} {}/{} ({}%)", what, done, total, percent);
  if (rate > 0) {
    const double seconds = done < total ? static_cast<double>(total - done) / rate : 0;
    line += fmt::format(", {}, ETA {}", format_rate(rate), format_duration(std::min(seconds, most_seconds)));
  }
  if (!extra.empty()) {
    line += fmt::format(", {}", extra);
  }
  return line;
}

std::string_view clip_to_width(std::string_view line, size_t columns) {
  size_t characters = 0;
  for (size_t i = 0; i < line.size(); ++i) {
    const bool continues_character = (static_cast<unsigned char>(line[i]) & 0xC0U) == 0x80U;
    if (!continues_character && ++characters > columns) {
      return line.substr(0, i);
    }
  }
  return line;
}

ProgressSchedule::ProgressSchedule(std::string what, int64_t total, double interval, double start)
    : what_(std::move(what)), total_(total), interval_(interval), due_(start + kQuietSeconds) {}

std::optional<std::string> ProgressSchedule::update(int64_t done, std::string_view extra, double now,
                                                    double most_seconds) {
  if (!first_done_) {
    first_done_ = done;
    first_time_ = now;
  }
  const bool at_end = done >= total_ && shown_ && *shown_ < total_;
  if (now < due_ && !at_end) {
    return std::nullopt;
  }
  due_ = now + interval_;
  shown_ = done;
  const double rate = now > first_time_ ? static_cast<double>(done - *first_done_) / (now - first_time_) : 0;
  return format_progress(what_, done, total_, rate, extra, most_seconds);
}

Progress::Progress(std::string what, int64_t total)
    : start_(std::chrono::steady_clock::now()),
      is_live_(takes_escape_codes()),
      schedule_(std::move(what), total, is_live_ ? kLiveInterval : kPlainInterval, 0) {}

Progress::~Progress() {
  if (line_is_open_) {
    std::fputc('\n', stderr);
  }
}

void Progress::update(int64_t done, std::string_view extra, double most_seconds) {
  const std::chrono::duration<double> elapsed = std::chrono::steady_clock::now() - start_;
  const auto line = schedule_.update(done, extra, elapsed.count(), most_seconds);
  if (!line) {
    return;
  }
  if (!is_live_) {
    spdlog::info("{}", *line);
    return;
  }
  // The escape sequence clears what a longer line has left behind.
  std::fputs(fmt::format("\r{}\033[K", clip_to_width(*line, terminal_width())).c_str(), stderr);
  line_is_open_ = true;
}

ProgressCallback show_progress(const std::string& what) {
  // Shared, since a callback is copied and the line is one.
  const auto progress = std::make_shared<std::optional<Progress>>();
  return [what, progress](int64_t done, int64_t total) {
    if (!*progress) {
      progress->emplace(what, total);
    }
    (*progress)->update(done);
  };
}

}  // namespace ganwright
