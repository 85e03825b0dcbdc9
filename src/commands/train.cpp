#include <filesystem>

#include "commands/command.h"
#include "commands/log.h"
#include "commands/training_run.h"
#include "errors.h"
#include "losses/objective.h"
#include "models/options.h"

namespace ganwright {
namespace {

const HelpText kHelp{
    "ganwright train --data DIR --out RUN [options]",
    "Trains a Transformer generator and discriminator on a folder of pictures with the objective of a "
    "divergence.\n"
    "Every option may also stand in a configuration file as `key = value`; flags win.",
    "  ganwright train --data photos --out runs/photos --divergence kl --size 64\n"
    "  ganwright train --config configs/fashion-mnist.cfg --data data/fashion-mnist --out runs/clothes\n"
    "  ganwright resume runs/clothes --steps 5000\n"};

// What can be refused before the pictures are read is refused before the run directory is made.
void check(const RunOptions& options) {
  for (const auto& [name, value] : {std::pair("--data", options.data), std::pair("--out", options.out)}) {
    if (value.empty()) {
      throw UsageError(std::string(name) + " is missing; see `ganwright train --help`");
    }
  }
  validate(options.training.model);
  make_objective(options.training.divergence);
  image_folder_options(options);
  if (!std::filesystem::is_directory(options.data)) {
    throw DataError("no folder at --data " + options.data + "; give a folder of pictures");
  }
}

}  // namespace

int run_train(const Arguments& arguments) {
  RunOptions options;
  std::string config;
  OptionTable table = run_option_table(options);
  table.begin_section("Configuration");
  table.add("config", config, "file of `key = value` lines; flags win over it");
  if (show_help(arguments, kHelp, table)) {
    return 0;
  }
  table.parse_arguments(arguments);
  if (!config.empty()) {
    table.parse_file(config);
    table.parse_arguments(arguments);
  }
  check(options);
  options.data = std::filesystem::absolute(options.data).lexically_normal().string();
  const RunDirectory run = create_run(options.out);
  add_log_file(run.log());
  return run_training(options, run, std::nullopt);
}

}  // namespace ganwright
