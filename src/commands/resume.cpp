#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <utility>

#include "cli/log.h"
#include "commands/command.h"
#include "errors.h"
#include "run/owed.h"
#include "run/run_pictures.h"
#include "run/training_run.h"

namespace ganwright {
namespace {

const HelpText kResumeHelp{
    "ganwright resume RUN [--steps N] [options]",
    "Continues a run from its newest checkpoint, with the configuration stored there. On the same device\n"
    "the result is bit-for-bit that of an uninterrupted run.",
    "  ganwright resume runs/clothes\n"
    "  ganwright resume runs/clothes --steps 20000\n"
    "  ganwright resume runs/clothes --checkpoint runs/clothes/checkpoints/000000600.safetensors\n"
    "  ganwright resume runs/clothes --learning-rate 1e-4 --allow-changes\n"};

void check_unchanged(const std::string& config, const RunOptions& options, const OptionTable& table,
                     bool allow_changes) {
  for (const std::string& name : changed_hyperparameters(config, options)) {
    const std::string fault = "the run was trained with another " + name + " than " + table.value_of(name);
    if (std::find(kShapeOptions.begin(), kShapeOptions.end(), name) != kShapeOptions.end()) {
      throw UsageError(fault + ", and --" + name + " cannot change on resume; leave it, or train a new run");
    }
    if (!allow_changes) {
      throw UsageError(fault + "; leave it, or add --allow-changes");
    }
    spdlog::warn("{} changes to {}", name, table.value_of(name));
  }
}

void check_pictures(const Dataset& dataset, const Checkpoint& checkpoint, const std::string& data,
                    bool allow_changes) {
  const std::string& before = checkpoint.notes.pictures;
  switch (compare_fingerprints(dataset.fingerprint, before)) {
    case Sameness::same:
      return;
    case Sameness::unknown:
      spdlog::info(
          "the pictures have the names of those that the run was trained with; whether their contents "
          "are the same cannot be told, since they were decoded otherwise ({}, now {})",
          before, dataset.fingerprint);
      return;
    case Sameness::different:
      break;
  }
  if (!allow_changes) {
    throw DataError("the pictures in " + data + " are not those that the run was trained with (" +
                    dataset.fingerprint + ", not " + before +
                    "); restore them, give their folder by --data, or add --allow-changes");
  }
  spdlog::warn("the pictures change from {} to {}", before, dataset.fingerprint);
}

struct ResumeOptions {
  RunOptions run;
  std::string path;
  std::string checkpoint;
  bool allow_changes = false;
};

OptionTable resume_table(ResumeOptions& options) {
  OptionTable table = run_option_table(options.run);
  table.describe_defaults("as in the run");
  table.hide({kShapeOptions.begin(), kShapeOptions.end()});
  table.hide({"out"});
  table.add_positional("RUN", options.path, "directory of a run");
  table.begin_section("Resume");
  table.add("checkpoint", options.checkpoint, "checkpoint file to continue from; default: the newest");
  table.add_flag("allow-changes", options.allow_changes, "allow changed hyper-parameters");
  return table;
}

int run_resume(ResumeOptions& asked, OptionTable& table, const Arguments& arguments) {
  RunOptions& options = asked.run;
  if (!options.out.empty()) {
    throw UsageError("--out: resume continues in place; drop --out, or copy the run first");
  }
  const RunDirectory run = open_run(asked.path);
  // Before the checkpoint is read: another process that trains here would go on from it as well.
  const RunLock lock(run);
  const Checkpoint checkpoint = read_checkpoint_of(run, asked.checkpoint);

  // The checkpoint's configuration is the basis, config.cfg may have been edited since, and flags win.
  parse_stored(table, checkpoint.notes.config, checkpoint.path.string());
  if (std::filesystem::exists(run.config())) {
    table.parse_file(run.config());
  }
  table.parse_arguments(arguments);
  options.out = asked.path;
  check_unchanged(checkpoint.notes.config, options, table, asked.allow_changes);
  const Owed owed = outstanding(parse_owed(checkpoint.notes.owed), run, checkpoint.step);
  if (checkpoint.step >= options.steps && owed.is_empty()) {
    spdlog::info("{} is at step {} of {}: nothing to do; give a larger --steps to continue", asked.path,
                 checkpoint.step, options.steps);
    return 0;
  }
  check_paths(options);
  const Loss loss = make_loss(options.training.loss);
  check_run_options(options, loss);
  add_log_file(run.log());
  const Device device = select_device(options.device);
  Dataset dataset = load_pictures(options);
  require_networks(checkpoint, options.training.model);
  if (has_other_classes(checkpoint, options, dataset)) {
    throw DataError("the classes in " + options.data +
                    " are not those that the run was trained with; give their folder by --data");
  }
  check_pictures(dataset, checkpoint, options.data, asked.allow_changes);
  return resume_training({options, loss, device, std::move(dataset), run}, checkpoint);
}

}  // namespace

CommandBody resume_command() {
  return command_body(kResumeHelp, resume_table, run_resume);
}

}  // namespace ganwright
