#include <optional>

#include "cli/log.h"
#include "commands/command.h"
#include "run/dry_run.h"
#include "run/initial_run.h"
#include "run/training_run.h"
#include "training/trainer.h"

namespace ganwright {
namespace {

const HelpText kTrainHelp{
    "ganwright train --data DIR --out RUN [options]",
    "Trains a Transformer generator and discriminator on a folder of pictures with the objective of a "
    "divergence.\n"
    "Every option may also stand in a configuration file as `key = value`; flags win.",
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
  table.add_flag("dry-run", options.dry_run,
                 "print what would be done, with memory, FLOPs and time; train nothing");
  return table;
}

int run_train(TrainOptions& asked, OptionTable& table, const Arguments& arguments) {
  RunOptions& options = asked.run;
  // The file first, which the flags name, so that they win over it.
  const auto parse = [&] {
    if (!asked.config.empty()) {
      table.parse_file(asked.config);
    }
    table.parse_arguments(arguments);
  };
  parse();
  const std::optional<InitialRun> initial = read_initial_run(options.init);
  if (initial) {
    take_options_of_networks(*initial, table);
    parse();
    fit_to_initial_run(*initial, options);
  }
  refuse_without_effect(options.training);
  if (asked.dry_run) {
    check_training_options(options.training);
    image_folder_options(options);
    print_dry_run(options, select_device(options.device));
    return 0;
  }
  check_run_options(options);
  const Device device = select_device(options.device);
  const RunDirectory run = create_run(options.out);
  try {
    add_log_file(run.log());
    const Dataset dataset = load_pictures(options);
    if (initial) {
      require_same_classes(*initial, options, dataset);
    }
    return run_training(options, run, device, dataset, std::nullopt, initial);
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
