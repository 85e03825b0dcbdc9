#include <optional>
#include <string>
#include <utility>

#include "cli/log.h"
#include "commands/command.h"
#include "errors.h"
#include "run/dry_run.h"
#include "run/initial_run.h"
#include "run/run_pictures.h"
#include "run/training_run.h"

namespace ganwright {
namespace {

const HelpText kTrainHelp{
    "ganwright train --data DIR --out RUN [options]",
    "Trains a Transformer GAN on a folder of pictures with the loss of your choice.\n"
    "Set any option in a configuration file (`key = value`); flags on the command line win.",
    "  ganwright train --data photos --out runs/photos --divergence kl --size 64\n"
    "  ganwright train --config configs/demo.cfg --data data/fashion-mnist --out runs/clothes\n"
    "  ganwright train --config configs/color-64.cfg --dry-run\n"
    "  ganwright train --init runs/photos --data photos --out runs/large --size 128\n"
    "  ganwright resume runs/clothes --steps 5000\n"};

struct TrainOptions {
  RunOptions run;
  std::string config;
  bool dry_run = false;
};

OptionTable train_table(TrainOptions& options) {
  OptionTable table = run_option_table(options.run);
  table.add_config(options.config);
  table.add_flag("dry-run", options.dry_run, "print the plan with memory, FLOPs and time, without training");
  return table;
}

// Flags win over the file of --config, and both over the networks of --init, which either of them may name.
void read_file_and_flags(const Arguments& arguments, const std::string& config, OptionTable& table) {
  if (!config.empty()) {
    table.parse_file(config);
  }
  table.parse_arguments(arguments);
}

// Reads the options into those that `table` is bound to, which hold the flags already; returns the run of
// --init, where one is named.
std::optional<InitialRun> read_options(const Arguments& arguments, TrainOptions& options,
                                       OptionTable& table) {
  const std::string config = options.config;
  read_file_and_flags(arguments, config, table);
  std::optional<InitialRun> initial = read_initial_run(options.run.init);
  if (initial) {
    take_options_of_networks(*initial, table);
    read_file_and_flags(arguments, config, table);
    fit_to_initial_run(*initial, options.run);
  }
  refuse_without_effect(options.run.training);
  return initial;
}

int run_train(TrainOptions& train, OptionTable& table, const Arguments& arguments) {
  const std::optional<InitialRun> initial = read_options(arguments, train, table);
  RunOptions& options = train.run;
  if (!train.dry_run) {
    check_paths(options);
  }
  const Loss loss = make_loss(options.training.loss);
  check_run_options(options, loss);
  const Device device = select_device(options.device);
  if (train.dry_run) {
    print_dry_run(options, loss, device);
    return 0;
  }
  const RunDirectory run = create_run(options.out);
  const RunLock lock(run);
  if (!list_checkpoints(run).empty()) {
    throw OutputError("another ganwright has trained in " + run.path.string() +
                      " meanwhile; choose another --out");
  }
  remove_partial_files(run);
  try {
    add_log_file(run.log());
    Dataset dataset = load_pictures(options);
    if (initial) {
      require_same_classes(*initial, options, dataset);
    }
    return start_training({options, loss, device, std::move(dataset), run}, initial);
  } catch (...) {
    if (list_checkpoints(run).empty()) {
      // So that the same --out can be given again.
      discard_run(run);
    }
    throw;
  }
}

}  // namespace

CommandBody train_command() {
  return command_body(kTrainHelp, train_table, run_train);
}

}  // namespace ganwright
