#include "comparison/comparison_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <limits>
#include <list>
#include <thread>
#include <utility>

#include "cli/progress.h"
#include "errors.h"
#include "files/json_lines.h"
#include "files/metrics_reader.h"
#include "system/interrupt.h"
#include "system/process.h"

namespace ganwright {
namespace {

std::string features_name(const ComparisonEvaluation& evaluation) {
  return evaluation.features.empty() ? "random"
                                     : std::filesystem::path(evaluation.features).filename().string();
}

// What a command that failed said last; one that a signal ended said nothing of it.
std::string complaint_in(const std::filesystem::path& output, int exit_code) {
  constexpr int first_signal = 128;  // of ChildProcess, as of a shell
  if (exit_code > first_signal) {
    return "ended by signal " + std::to_string(exit_code - first_signal) + ", see " + output.string();
  }
  std::ifstream file(output);
  std::string complaint = "exit code " + std::to_string(exit_code) + ", see " + output.string();
  for (std::string line; std::getline(file, line);) {
    if (!line.empty()) {
      complaint = line;
    }
  }
  return complaint;
}

// A cell whose command is running.
struct Running {
  Running(size_t cell, const std::vector<std::string>& arguments, const std::filesystem::path& output,
          int64_t threads)
      : place(cell), command(arguments), process(arguments, output, threads) {}

  size_t place;
  std::vector<std::string> command;
  ChildProcess process;
};

class ComparisonRunner {
 public:
  ComparisonRunner(const std::vector<ComparisonRun>& cells, int64_t steps, ComparisonEvaluation evaluation,
                   int64_t jobs)
      : cells_(cells),
        steps_(steps),
        evaluation_(std::move(evaluation)),
        jobs_(std::min(jobs, static_cast<int64_t>(cells.size()))),
        failures_(cells.size()),
        progress_("comparing", static_cast<int64_t>(cells.size()) * steps) {
    for (const ComparisonRun& cell : cells) {
      metrics_.emplace_back(cell.run.metrics());
    }
  }

  std::vector<std::string> run() {
    while (next_ < cells_.size() || !running_.empty()) {
      while (next_ < cells_.size() && static_cast<int64_t>(running_.size()) < jobs_ && !interrupted()) {
        start(next_++, {});
      }
      look_after_running();
      if (interrupted()) {
        stop();
      }
      progress_.update(steps_done(), status());
      std::this_thread::sleep_for(std::chrono::milliseconds(running_.empty() ? 0 : 100));
    }
    return failures_;
  }

 private:
  // The command after `last`, which succeeded; an empty one is none.
  void start(size_t place, const std::vector<std::string>& last) {
    const ComparisonRun& cell = cells_[place];
    const std::vector<std::string> command = next_command(cell, steps_, evaluation_);
    if (command.empty()) {
      return;
    }
    if (command == last) {
      failures_[place] = command.front() + " ended early, see " + cell.output().string();
      return;
    }
    const int64_t processors = std::max<int64_t>(1, std::thread::hardware_concurrency());
    running_.emplace_back(place, command, cell.output(), std::max<int64_t>(1, processors / jobs_));
  }

  void look_after_running() {
    std::list<Running> ended;
    for (auto cell = running_.begin(); cell != running_.end();) {
      const auto next = std::next(cell);
      if (cell->process.exit_code()) {
        ended.splice(ended.end(), running_, cell);
      }
      cell = next;
    }
    for (Running& cell : ended) {
      const int code = *cell.process.exit_code();
      if (code == 0) {
        start(cell.place, cell.command);
      } else if (!interrupted()) {
        failures_[cell.place] = complaint_in(cells_[cell.place].output(), code);
        spdlog::warn("{}: {}", cells_[cell.place].name(), failures_[cell.place]);
      }
    }
  }

  [[noreturn]] void stop() {
    for (Running& cell : running_) {
      cell.process.interrupt();
    }
    running_.clear();
    throw Interrupted("interrupted; repeat the command to continue from the saved runs");
  }

  int64_t steps_done() {
    int64_t done = 0;
    for (MetricsReader& metrics : metrics_) {
      metrics.refresh();
      const nlohmann::json* last = metrics.at(std::numeric_limits<int64_t>::max());
      const int64_t step = last == nullptr ? 0 : last->at("step").get<int64_t>();
      // The first is told at once, the next one long after: a rate that counts it would promise days.
      done += step > 1 || steps_ == 1 ? std::min(steps_, step) : 0;
    }
    return done;
  }

  [[nodiscard]] std::string status() const {
    std::string text;
    for (const Running& cell : running_) {
      text += (text.empty() ? "" : "; ") + cell.command.front() + " " + cells_[cell.place].name();
    }
    return text;
  }

  const std::vector<ComparisonRun>& cells_;
  int64_t steps_;
  ComparisonEvaluation evaluation_;
  int64_t jobs_;
  std::vector<std::string> failures_;
  Progress progress_;
  std::vector<MetricsReader> metrics_;
  std::list<Running> running_;
  size_t next_ = 0;
};

}  // namespace

std::optional<nlohmann::ordered_json> evaluation_of(const ComparisonRun& cell, int64_t steps,
                                                    const ComparisonEvaluation& evaluation) {
  std::optional<nlohmann::ordered_json> found;
  for (const nlohmann::ordered_json& record : read_json_lines(cell.run.evaluations())) {
    if (record.value("step", nlohmann::ordered_json()) == steps &&
        record.value("count", nlohmann::ordered_json()) == evaluation.count &&
        record.value("features", nlohmann::ordered_json()) == features_name(evaluation) &&
        // Another one may be by hand; those of `train --evaluate-every` do not tell it.
        record.value("data", nlohmann::ordered_json()) == evaluation.data) {
      found = record;
    }
  }
  return found;
}

std::vector<std::string> next_command(const ComparisonRun& cell, int64_t steps,
                                      const ComparisonEvaluation& evaluation) {
  const std::string run = cell.run.path.string();
  const std::vector<StepFile> checkpoints = step_files(cell.run.checkpoints(), kCheckpointEnding);
  if (checkpoints.empty()) {
    return {"train", "--config", cell.config().string()};
  }
  if (checkpoints.back().step < steps) {
    return {"resume", run, "--steps", std::to_string(steps)};
  }
  if (evaluation_of(cell, steps, evaluation)) {
    return {};
  }
  std::vector<std::string> command{"evaluate",    run, "--count",  std::to_string(evaluation.count),
                                   "--resamples", "0", "--device", name_of(device_names, evaluation.device)};
  if (!evaluation.features.empty()) {
    command.insert(command.end(), {"--features", evaluation.features});
  }
  return command;
}

std::vector<std::string> carry_out(const std::vector<ComparisonRun>& cells, int64_t steps,
                                   const ComparisonEvaluation& evaluation, int64_t jobs) {
  return ComparisonRunner(cells, steps, evaluation, jobs).run();
}

}  // namespace ganwright
