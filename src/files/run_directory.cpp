#include "files/run_directory.h"

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>

#include "errors.h"

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
  if (exists && std::filesystem::directory_iterator(path, error) != std::filesystem::directory_iterator()) {
    const bool is_run = !list_checkpoints({path}).empty();
    throw OutputError(path.string() + " is not empty; " +
                      (is_run ? "continue it with `ganwright resume " + path.string() + "`, or " : "") +
                      "choose another --out");
  }
  const RunDirectory run{path};
  create_folder(run.samples());
  create_folder(run.checkpoints());
  // Folders that already stood there may still refuse files.
  if (access(path.c_str(), W_OK | X_OK) != 0) {
    throw OutputError("cannot write into " + path.string() +
                      "; choose another --out or change its permissions");
  }
  return run;
}

void discard_run(const RunDirectory& run) noexcept {
  std::error_code error;
  for (const std::filesystem::path& path : {run.samples(), run.checkpoints(), run.metrics(), run.sessions(),
                                            run.reals(), run.config(), run.log(), run.path}) {
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
    : folder_(open(run.path.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (folder_.number() < 0 || flock(folder_.number(), LOCK_EX | LOCK_NB) != 0) {
    throw OutputError("another ganwright is training in " + run.path.string() + "; wait for it or stop it");
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
    if (entry.path().extension() == extension && fault == std::errc() && stopped == end && step >= 0) {
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
