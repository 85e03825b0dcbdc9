#include "files/run_directory.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <charconv>
#include <cstdio>
#include <ctime>
#include <set>
#include <system_error>
#include <utility>

#include "errors.h"
#include "files/atomic_file.h"
#include "files/bytes.h"
#include "files/partial.h"
#include "files/write_fault.h"

namespace ganwright {
namespace {

std::string numbered(int64_t step, const char* extension) {
  std::array<char, 64> name{};
  std::snprintf(name.data(), name.size(), "%09lld%s", static_cast<long long>(step), extension);
  return name.data();
}

void create_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw OutputError("cannot create " + folder.string() + ": " + error.message() +
                      "; choose an --out that can be written to");
  }
}

bool is_plain_folder(const std::filesystem::path& path) {
  std::error_code error;
  return std::filesystem::symlink_status(path, error).type() == std::filesystem::file_type::directory;
}

// Whether a file is what was being written when a process was killed: NNNNNNNNN + ending, and the rest of a
// partial_name.
bool is_partial_of_step(const std::filesystem::path& path, const std::string& ending) {
  const std::string name = path.filename().string();
  const size_t digits = std::min(name.find_first_not_of("0123456789"), name.size());
  std::error_code error;
  return digits >= 9 && is_partial_of(name, name.substr(0, digits) + ending) &&
         std::filesystem::symlink_status(path, error).type() == std::filesystem::file_type::regular;
}

// The same of the files that lie in the run itself.
bool is_partial_of_run(const std::string& name) {
  constexpr std::array kNames = {"config.cfg", "reals.png", "lock", "metrics.jsonl", "evaluations.jsonl"};
  return std::any_of(kNames.begin(), kNames.end(),
                     [&](const char* complete) { return is_partial_of(name, complete); });
}

bool is_event_file(const std::string& name) {
  return name.starts_with("events.out.tfevents.") && name.ends_with(".ganwright");
}

constexpr const char* kLockStart = "held by ";

std::string owner_text() {
  std::array<char, 256> host{};
  gethostname(host.data(), host.size() - 1);
  const std::time_t now = std::time(nullptr);
  std::tm parts{};
  localtime_r(&now, &parts);
  std::array<char, 32> since{};
  std::strftime(since.data(), since.size(), "%Y-%m-%d %H:%M:%S", &parts);
  return "process " + std::to_string(getpid()) + " on " + host.data() + " since " + since.data();
}

// What owner_text was when a lock was taken; empty where that cannot be read.
std::string owner_in(const std::filesystem::path& path) {
  constexpr uint64_t kLongest = 1000;
  try {
    const std::vector<uint8_t> bytes = read_file(path, kLongest);
    const std::string text(bytes.begin(), std::find(bytes.begin(), bytes.end(), '\n'));
    const std::string start = kLockStart;
    return text.starts_with(start) ? text.substr(start.size()) : "";
  } catch (const DataError&) {
    return "";
  }
}

// Returns its new name.
std::filesystem::path set_aside(const std::filesystem::path& path) {
  std::error_code error;
  std::filesystem::path aside = path.string() + ".set-aside";
  for (int number = 2; std::filesystem::exists(aside, error); ++number) {
    aside = path.string() + ".set-aside-" + std::to_string(number);
  }
  std::filesystem::rename(path, aside, error);
  if (error) {
    throw WriteError("cannot rename " + path.string() + ": " + error.message() +
                     "; move it out of the run by hand");
  }
  return aside;
}

}  // namespace

std::filesystem::path RunDirectory::sample_grid(int64_t step) const {
  return samples() / numbered(step, kSampleGridEnding);
}

std::filesystem::path RunDirectory::checkpoint(int64_t step) const {
  return checkpoints() / numbered(step, kCheckpointEnding);
}

RunDirectory create_run(const std::filesystem::path& path) {
  std::error_code error;
  const bool exists = std::filesystem::exists(path, error);
  if (exists && !std::filesystem::is_directory(path, error)) {
    throw OutputError(path.string() + " is a file, not a run directory; choose another --out");
  }
  const RunDirectory run{path};
  if (exists && !std::filesystem::is_empty(path, error) && !never_saved(run)) {
    const bool is_run = !list_checkpoints(run).empty();
    throw OutputError(path.string() + " is not empty; " +
                      (is_run ? "continue it with `ganwright resume " + path.string() + "`, or " : "") +
                      "choose another --out");
  }
  create_folder(run.samples());
  create_folder(run.checkpoints());
  // Folders that already stood there may still refuse files.
  if (access(path.c_str(), W_OK | X_OK) != 0) {
    throw OutputError("cannot write into " + path.string() +
                      "; choose another --out or change its permissions");
  }
  return run;
}

bool never_saved(const RunDirectory& run) {
  std::error_code error;
  // The first things that a run makes; a kill may have come between them.
  const bool has_samples = is_plain_folder(run.samples());
  const bool has_checkpoints = is_plain_folder(run.checkpoints());
  if ((!has_samples && !has_checkpoints) ||
      (has_samples && !std::filesystem::is_empty(run.samples(), error))) {
    return false;
  }
  for (const auto& entry : std::filesystem::directory_iterator(run.checkpoints(), error)) {
    if (!is_partial_of_step(entry.path(), kCheckpointEnding)) {
      return false;
    }
  }
  error.clear();
  const std::filesystem::path metrics = run.metrics();
  if (std::filesystem::exists(metrics, error) && std::filesystem::file_size(metrics, error) > 0) {
    return false;
  }
  const std::set<std::filesystem::path> own{run.samples(), run.checkpoints(), run.metrics(), run.sessions(),
                                            run.reals(),   run.config(),      run.log(),     run.lock()};
  for (const auto& entry : std::filesystem::directory_iterator(run.path, error)) {
    const std::string name = entry.path().filename().string();
    if (!own.contains(run.path / name) && !is_event_file(name) && !is_partial_of_run(name)) {
      return false;
    }
  }
  return !error;
}

void discard_run(const RunDirectory& run) noexcept {
  std::error_code error;
  if (!list_checkpoints(run).empty()) {
    return;
  }
  for (const std::filesystem::path& path : {run.samples(), run.checkpoints(), run.metrics(), run.sessions(),
                                            run.reals(), run.config(), run.log(), run.lock(), run.path}) {
    std::filesystem::remove(path, error);
  }
}

RunDirectory open_run(const std::filesystem::path& path) {
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) {
    throw CheckpointError("no run at " + path.string() + "; give the --out directory of a `ganwright train`");
  }
  const RunDirectory run{path};
  if (!std::filesystem::is_directory(run.checkpoints(), error)) {
    throw CheckpointError(
        path.string() +
        " is not a run: it has no checkpoints folder; give the --out directory of a `ganwright train`");
  }
  return run;
}

RunLock::RunLock(const RunDirectory& run)
    : run_(run), owner_(owner_text()), folder_(open(run.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  const auto fail = [&](int code) {
    throw OutputError("cannot lock " + run.path.string() + ": " + std::generic_category().message(code) +
                      "; " + write_advice(code));
  };
  if (folder_.number() < 0) {
    fail(errno);
  }
  while (flock(folder_.number(), LOCK_EX | LOCK_NB) != 0) {
    if (errno == EWOULDBLOCK) {
      const std::string owner = owner_in(run.lock());
      throw OutputError("another ganwright is training in " + run.path.string() +
                        (owner.empty() ? "" : " (" + owner + ")") + "; wait for it or stop it");
    }
    if (errno != EINTR) {
      fail(errno);
    }
  }
  if (const std::string before = owner_in(run.lock()); !before.empty()) {
    spdlog::info("the session before ({}) did not come to its end; its lock in {} is taken over", before,
                 run.lock().string());
  }
  write_text_atomically(run.lock(), kLockStart + owner_ + "\n");
}

RunLock::~RunLock() {
  std::error_code ignored;
  // Where the run was discarded, the file may be another's by now.
  if (owner_in(run_.lock()) == owner_) {
    std::filesystem::remove(run_.lock(), ignored);
  }
}

std::vector<StepFile> step_files(const std::filesystem::path& folder, const std::string& extension) {
  std::vector<StepFile> found;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    const std::string stem = entry.path().stem().string();
    const char* end = stem.data() + stem.size();
    int64_t step = 0;
    const auto [stopped, fault] = std::from_chars(stem.data(), end, step);
    // 7.safetensors is somebody else's, and must not be pruned.
    if (fault == std::errc() && stopped == end && step >= 0 && step <= kLargestStep &&
        entry.path().filename() == numbered(step, extension.c_str())) {
      found.push_back({step, entry.path()});
    }
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.step < b.step; });
  return found;
}

std::vector<std::filesystem::path> list_checkpoints(const RunDirectory& run) {
  std::vector<std::filesystem::path> found;
  for (const StepFile& file : step_files(run.checkpoints(), kCheckpointEnding)) {
    found.push_back(file.path);
  }
  return found;
}

std::filesystem::path latest_checkpoint(const RunDirectory& run) {
  const std::vector<std::filesystem::path> found = list_checkpoints(run);
  if (found.empty()) {
    throw CheckpointError("no checkpoint in " + run.checkpoints().string() +
                          "; the run ended before its first one, so train again");
  }
  return found.back();
}

void set_aside_later_files(const RunDirectory& run, int64_t step) {
  for (const StepFile& checkpoint : step_files(run.checkpoints(), kCheckpointEnding)) {
    if (checkpoint.step > step) {
      const std::filesystem::path aside = set_aside(checkpoint.path);
      spdlog::warn("{} belongs to a later step; renamed to {}", checkpoint.path.string(), aside.string());
    }
  }
  for (const StepFile& grid : step_files(run.samples(), kSampleGridEnding)) {
    if (grid.step > step) {
      set_aside(grid.path);
    }
  }
}

void remove_partial_files(const RunDirectory& run) {
  std::vector<std::filesystem::path> found;
  std::error_code error;
  for (const auto& [folder, ending] :
       {std::pair(run.checkpoints(), kCheckpointEnding), std::pair(run.samples(), kSampleGridEnding),
        std::pair(run.path, "")}) {
    for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
      const std::string name = entry.path().filename().string();
      const bool is_best = is_partial_of(name, run.best_checkpoint().filename().string());
      if (folder == run.path ? is_partial_of_run(name)
                             : is_best || is_partial_of_step(entry.path(), ending)) {
        found.push_back(entry.path());
      }
    }
  }
  for (const std::filesystem::path& path : found) {
    std::filesystem::remove(path, error);
  }
}

void prune_checkpoints(const RunDirectory& run, int64_t keep) {
  const std::vector<std::filesystem::path> found = list_checkpoints(run);
  for (size_t i = 0; i + static_cast<size_t>(keep) < found.size(); ++i) {
    std::error_code error;
    if (!std::filesystem::remove(found[i], error)) {
      spdlog::warn("cannot delete the old checkpoint {}: {}", found[i].string(), error.message());
    }
  }
}

}  // namespace ganwright
