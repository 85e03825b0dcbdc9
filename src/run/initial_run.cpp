#include "run/initial_run.h"

#include <array>
#include <filesystem>
#include <string>
#include <utility>

#include "errors.h"
#include "files/run_directory.h"

namespace ganwright {
namespace {

constexpr std::array kOptionsOfNetworks = {"channels",      "patch",
                                           "width",         "depth",
                                           "heads",         "latent",
                                           "latent-tokens", "latent-maps",
                                           "output-depths", "logit-depths",
                                           "conditional",   "attention",
                                           "positions",     "readout-channels",
                                           "stem-channels", "output-activation"};

}  // namespace

std::optional<InitialRun> read_initial_run(const std::string& init) {
  if (init.empty()) {
    return std::nullopt;
  }
  Checkpoint checkpoint = read_checkpoint_of(open_run(init), "");
  RunOptions options = options_of(checkpoint);
  return InitialRun{std::move(checkpoint), std::move(options)};
}

void take_options_of_networks(const InitialRun& initial, OptionTable& table) {
  RunOptions options = initial.options;
  const OptionTable of_init = run_option_table(options);
  std::string text;
  for (const std::string name : kOptionsOfNetworks) {
    text += name + " = " + of_init.value_of(name) + "\n";
  }
  table.parse_text(text, initial.checkpoint.path.string());
}

void fit_to_initial_run(const InitialRun& initial, RunOptions& options) {
  options.init = std::filesystem::absolute(options.init).lexically_normal().string();
  RunOptions before = initial.options;
  const OptionTable before_table = run_option_table(before);
  const OptionTable table = run_option_table(options);
  for (const std::string name : kOptionsOfNetworks) {
    if (before_table.value_of(name) != table.value_of(name)) {
      throw UsageError("--init " + options.init + ": its " + name + " is " + before_table.value_of(name) +
                       " and not " + table.value_of(name) + "; make --" + name +
                       " agree, only --size may differ");
    }
  }
  const ModelOptions& model = initial.options.training.model;
  int64_t& positions_size = options.training.model.positions_size;
  if (model.positions == PositionScheme::normalized && positions_size == 0) {
    positions_size = model.positions_size > 0 ? model.positions_size : model.size;
  }
}

bool has_other_classes(const Checkpoint& checkpoint, const RunOptions& options, const Dataset& dataset) {
  return options.conditional && stored_classes(dataset.classes) != checkpoint.notes.classes;
}

void require_same_classes(const InitialRun& initial, const RunOptions& options, const Dataset& dataset) {
  if (has_other_classes(initial.checkpoint, options, dataset)) {
    throw DataError("the classes in " + options.data + " are not those of --init " + options.init +
                    "; give their folder by --data, or leave --init out");
  }
}

}  // namespace ganwright
