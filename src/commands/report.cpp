#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <iostream>
#include <set>
#include <thread>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "files/atomic_file.h"
#include "report/page.h"
#include "run/run_study.h"
#include "run/session.h"
#include "system/interrupt.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using Clock = std::chrono::steady_clock;

const HelpText kReportHelp{
    "ganwright report RUN [RUN...] [--out FILE.html] [--follow]",
    "Writes one run, or a comparison of several, to a self-contained HTML page: learning curves,\n"
    "metrics, samples over time, the real pictures nearest to them, interpolations, the loss and the\n"
    "configuration.",
    "  ganwright report runs/clothes\n"
    "  ganwright report runs/clothes --follow\n"
    "  ganwright report runs/kl runs/gan runs/hinge --out comparison.html\n"};

// For all runs together, so that a page stays one that can be sent around.
constexpr int64_t kPoints = 24'000;
constexpr int64_t kGrids = 240;
constexpr int64_t kNeighbors = 24;
constexpr int64_t kGridBytes = 6 << 20;

constexpr int kReloadSeconds = 10;
constexpr std::chrono::seconds kShortestRest(2);

RunStudy::Limits limits_for(size_t runs) {
  const auto share = [runs](int64_t total, int64_t lowest, int64_t highest) {
    return std::clamp(total / static_cast<int64_t>(runs), lowest, highest);
  };
  return {share(kPoints, 100, 600), share(kGrids, 4, 40), share(kGridBytes, 1, 3 << 20),
          share(kNeighbors, 2, 8)};
}

// The last parts of the paths where these tell the runs apart, else the paths.
std::vector<std::string> names_of(const std::vector<RunDirectory>& runs) {
  std::vector<std::string> names;
  std::set<std::string> different;
  for (const RunDirectory& run : runs) {
    names.push_back(fs::absolute(run.path / "").lexically_normal().parent_path().filename().string());
    different.insert(names.back());
  }
  if (different.size() < runs.size()) {
    for (size_t i = 0; i < runs.size(); ++i) {
      names[i] = runs[i].path.string();
    }
  }
  return names;
}

fs::path page_path(const std::string& out, const std::vector<RunDirectory>& runs) {
  if (out.empty() && runs.size() > 1) {
    throw UsageError("--out is missing; give a file such as comparison.html for a page on several runs");
  }
  const fs::path path = out.empty() ? runs[0].path / "report.html" : fs::path(out);
  if (path.extension() != ".html" && path.extension() != ".htm") {
    throw UsageError("--out " + out + ": a page is HTML; give a name that ends in .html");
  }
  prepare_output_file(path);
  return path;
}

// Changes whenever a run has something new to tell.
std::vector<int64_t> state_of(const std::vector<RunDirectory>& runs) {
  std::vector<int64_t> state;
  std::error_code error;
  for (const RunDirectory& run : runs) {
    for (const fs::path& path : {run.metrics(), run.evaluations()}) {
      state.push_back(static_cast<int64_t>(fs::file_size(path, error)));
    }
    for (const fs::path& path : {run.samples(), run.checkpoints()}) {
      state.push_back(fs::last_write_time(path, error).time_since_epoch().count());
    }
  }
  return state;
}

std::vector<RunReport> read_runs(RunStudy& study, const std::vector<RunDirectory>& runs) {
  const std::vector<std::string> names = names_of(runs);
  std::vector<RunReport> reports;
  Progress progress("reading runs", static_cast<int64_t>(runs.size()));
  for (size_t i = 0; i < runs.size(); ++i) {
    if (interrupted()) {
      throw Interrupted("interrupted after " + std::to_string(i) + " runs; no page was written");
    }
    reports.push_back(study.read(runs[i], names[i]));
    progress.update(static_cast<int64_t>(i) + 1);
  }
  return reports;
}

void write_page(const fs::path& path, const std::vector<RunReport>& reports, int reload_seconds) {
  const PageFrame frame{.time = time_text(), .command = command_line(), .reload_seconds = reload_seconds};
  write_text_atomically(path, report_page(reports, frame));
}

template <class Condition>
void wait_while(const Condition& condition) {
  while (!interrupted() && condition()) {
    std::this_thread::sleep_for(std::chrono::milliseconds(200));
  }
}

// Writes the page anew whenever the runs have gone on, until Ctrl-C; the last one does not reload any more.
void follow_runs(RunStudy& study, const std::vector<RunDirectory>& runs, const fs::path& path) {
  std::vector<RunReport> reports;
  try {
    while (!interrupted()) {
      const auto start = Clock::now();
      const std::vector<int64_t> state = state_of(runs);
      reports = read_runs(study, runs);
      write_page(path, reports, kReloadSeconds);
      // Most of the time is left to the training that is watched.
      const auto end = Clock::now() + std::max<Clock::duration>(19 * (Clock::now() - start), kShortestRest);
      wait_while([&] { return Clock::now() < end; });
      wait_while([&] { return state_of(runs) == state; });
    }
  } catch (const Interrupted&) {
    if (reports.empty()) {
      throw;
    }
  }
  write_page(path, reports, 0);
}

struct ReportOptions {
  std::vector<std::string> paths;
  std::string out;
  std::string data;
  bool follow = false;
  DeviceChoice device = DeviceChoice::automatic;
};

OptionTable report_table(ReportOptions& options) {
  OptionTable table;
  table.add_positionals("RUN", options.paths, "directory of a run; several are compared");
  table.add("out", options.out, "the .html file; default: report.html in the run");
  table.add("data", options.data,
            "folder of real pictures to compare samples with; default: the training folder of a run that was "
            "trained where it lies");
  table.add_flag("follow", options.follow,
                 "rewrite the page as the runs progress, until Ctrl-C; the page reloads itself");
  table.add("device", options.device, device_names, "where pictures are drawn");
  return table;
}

int run_report(const ReportOptions& options) {
  std::vector<RunDirectory> runs;
  for (const std::string& path : options.paths) {
    runs.push_back(open_run(path));
  }
  const fs::path path = page_path(options.out, runs);
  RunStudy study(select_device(options.device), limits_for(runs.size()), options.data);
  if (options.follow) {
    spdlog::info("following into {}; Ctrl-C ends it", path.string());
    follow_runs(study, runs, path);
  } else {
    write_page(path, read_runs(study, runs), 0);
  }
  std::cout << path.string() << "\n";
  return options.follow ? 130 : 0;
}

}  // namespace

CommandBody report_command() {
  return command_body(kReportHelp, report_table, run_report);
}

}  // namespace ganwright
