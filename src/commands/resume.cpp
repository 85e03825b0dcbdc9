#include <spdlog/spdlog.h>

#include <filesystem>

#include "commands/command.h"
#include "commands/log.h"
#include "commands/training_run.h"
#include "errors.h"

namespace ganwright {
namespace {

const HelpText kHelp{"ganwright resume RUN [--steps N] [options]",
                     "Goes on with a run from its last checkpoint, with the configuration that the "
                     "checkpoint holds. On the same\n"
                     "device the continued run is the same, bit for bit, as one that was never stopped.",
                     "  ganwright resume runs/clothes\n"
                     "  ganwright resume runs/clothes --steps 20000\n"
                     "  ganwright resume runs/clothes --learning-rate 1e-4 --allow-changes\n"};

void check_unchanged(const OptionTable& stored, const OptionTable& wanted, bool allow_changes) {
  for (const std::string& name : hyperparameter_names()) {
    const std::string before = stored.value_of(name);
    const std::string after = wanted.value_of(name);
    if (before == after) {
      continue;
    }
    if (!allow_changes) {
      throw UsageError("the run was trained with " + name + " = " + before + ", not " + after +
                       "; leave it, or add --allow-changes");
    }
    spdlog::warn("{} changes from {} to {}", name, before, after);
  }
}

}  // namespace

int run_resume(const Arguments& arguments) {
  RunOptions options;
  std::string run_path;
  bool allow_changes = false;
  OptionTable table = run_option_table(options);
  table.add_positional("RUN", run_path, "directory of a run");
  table.begin_section("Resume");
  table.add_flag("allow-changes", allow_changes, "accept another value of a hyper-parameter");
  if (show_help(arguments, kHelp, table)) {
    return 0;
  }
  table.parse_arguments(arguments);
  const RunDirectory run = open_run(run_path);
  const Checkpoint checkpoint = read_checkpoint(latest_checkpoint(run));

  RunOptions stored;
  OptionTable stored_table = run_option_table(stored);
  stored_table.parse_text(checkpoint.config, checkpoint.path.string());
  // The checkpoint's configuration is the basis, config.cfg may have been edited since, and flags win.
  table.parse_text(checkpoint.config, checkpoint.path.string());
  table.parse_file(run.config());
  table.parse_arguments(arguments);
  check_unchanged(stored_table, table, allow_changes);
  if (checkpoint.step >= options.steps) {
    spdlog::info("{} is at step {} of {}: nothing to do; give a larger --steps to go on", run_path,
                 checkpoint.step, options.steps);
    return 0;
  }
  add_log_file(run.log());
  return run_training(options, run, checkpoint);
}

}  // namespace ganwright
