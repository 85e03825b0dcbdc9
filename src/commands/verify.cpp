#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <filesystem>
#include <functional>
#include <iostream>
#include <string>
#include <vector>

#include "commands/command.h"
#include "errors.h"
#include "files/bytes.h"
#include "files/json_text.h"
#include "files/run_directory.h"
#include "report/embedded_picture.h"
#include "run/run_options.h"
#include "system/interrupt.h"
#include "training/checkpoint.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

const HelpText kVerifyHelp{
    "ganwright verify RUN",
    "Reads all of a run and compares every checkpoint with the hashes that it holds: a file, what is in\n"
    "it or what is wrong with it. Ends with code 2 where something is damaged. Nothing is changed.",
    "  ganwright verify runs/clothes\n"};

struct VerifyOptions {
  std::string run;
};

OptionTable verify_table(VerifyOptions& options) {
  OptionTable table;
  table.add_positional("RUN", options.run, "directory of a run");
  return table;
}

std::string state_of_checkpoint(const fs::path& path) {
  const Checkpoint checkpoint = read_checkpoint(path);
  options_of(checkpoint);
  int64_t bytes = 0;
  for (const TensorEntry& entry : checkpoint.file->entries()) {
    bytes += static_cast<int64_t>(checkpoint.file->read(entry).nbytes());
  }
  return fmt::format("step {}, {} tensors, {:.1f} MB{}", checkpoint.step, checkpoint.file->entries().size(),
                     static_cast<double>(bytes) / 1e6,
                     checkpoint.file->has_hashes() ? "" : ", without hashes: an altered byte would not show");
}

std::string state_of_lines(const fs::path& path) {
  int64_t lines = 0;
  int64_t damaged = 0;
  size_t bytes = 0;
  const bool is_read = for_each_line(path, [&](const std::string& line, size_t length) {
    ++lines;
    bytes += length;
    damaged += parse_json_object(line).is_object() ? 0 : 1;
  });
  if (!is_read) {
    throw DataError("it cannot be read");
  }
  if (damaged > 0) {
    throw DataError(fmt::format("{} of its {} lines are no JSON objects", damaged, lines));
  }
  return fmt::format("{} lines{}", lines,
                     bytes < fs::file_size(path) ? ", and one cut short, which resume takes away" : "");
}

std::string state_of_picture(const fs::path& path) {
  const EmbeddedPicture picture = embed_file(path);
  return fmt::format("{} x {} pixels", picture.width, picture.height);
}

// Prints a line for each file and counts those that are damaged.
class Verification {
 public:
  explicit Verification(const RunDirectory& run) : run_(run) {}

  void check(const fs::path& path, const std::function<std::string(const fs::path&)>& state_of) {
    if (interrupted()) {
      throw Interrupted("interrupted; the files above were looked at");
    }
    const std::string name = path.lexically_proximate(run_.path).string();
    try {
      std::cout << fmt::format("{:<40} {}\n", name, state_of(path)) << std::flush;
    } catch (const Interrupted&) {
      throw;
    } catch (const std::exception& error) {
      ++damaged_;
      std::cout << fmt::format("{:<40} DAMAGED: {}\n", name, error.what()) << std::flush;
    }
  }

  [[nodiscard]] int64_t damaged() const { return damaged_; }

 private:
  const RunDirectory& run_;
  int64_t damaged_ = 0;
};

int run_verify(const VerifyOptions& options) {
  const RunDirectory run = open_run(options.run);
  Verification verification(run);
  std::vector<fs::path> checkpoints = list_checkpoints(run);
  if (fs::exists(run.best_checkpoint())) {
    checkpoints.push_back(run.best_checkpoint());
  }
  for (const fs::path& path : checkpoints) {
    verification.check(path, state_of_checkpoint);
  }
  if (checkpoints.empty()) {
    verification.check(run.checkpoints(), [](const fs::path&) -> std::string {
      throw CheckpointError("it holds no checkpoint; `ganwright train` starts the run anew");
    });
  }
  for (const fs::path& path : {run.metrics(), run.evaluations(), run.sessions()}) {
    if (fs::exists(path)) {
      verification.check(path, state_of_lines);
    }
  }
  if (fs::exists(run.reals())) {
    verification.check(run.reals(), state_of_picture);
  }
  for (const StepFile& grid : step_files(run.samples(), kSampleGridEnding)) {
    verification.check(grid.path, state_of_picture);
  }
  if (verification.damaged() > 0) {
    throw CheckpointError(
        fmt::format("{} files of {} are damaged; choose a checkpoint that is whole by "
                    "--checkpoint, and move the others away",
                    verification.damaged(), run.path.string()));
  }
  return 0;
}

}  // namespace

CommandBody verify_command() {
  return command_body(kVerifyHelp, verify_table, run_verify);
}

}  // namespace ganwright
