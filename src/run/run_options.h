#pragma once

#include <array>
#include <string>
#include <vector>

#include "cli/option_table.h"
#include "losses/loss.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/options.h"

namespace ganwright {

/// All options of a training run: data, loss, networks, optimization, logging.
struct RunOptions {
  TrainingOptions training;
  std::string data;
  std::string out;
  std::string init;
  DeviceChoice device = DeviceChoice::automatic;
  std::string cache = "auto";
  std::string background = "255,255,255";
  bool conditional = false;
  double max_unreadable_share = 0.1;
  int64_t steps = 2000;
  double max_minutes = 0;
  int64_t log_every = 20;
  int64_t sample_every = 100;
  int64_t checkpoint_every = 200;
  double sample_minutes = 0;
  double checkpoint_minutes = 0;
  int64_t evaluate_every = 0;
  int64_t keep_checkpoints = 3;
  int64_t max_rollbacks = 3;
  int64_t grid_count = 64;
};

/// Binds every option but `config` to its flag. `options` must outlive the table.
OptionTable run_option_table(RunOptions& options);

/// The options that no resume can change: they shape the networks, and a checkpoint's tensors fit one shape
/// alone; or they tell how the run began.
inline constexpr std::array kShapeOptions = {"size",
                                             "channels",
                                             "patch",
                                             "width",
                                             "depth",
                                             "heads",
                                             "latent",
                                             "latent-tokens",
                                             "latent-maps",
                                             "output-depths",
                                             "logit-depths",
                                             "conditional",
                                             "readout-channels",
                                             "stem-channels",
                                             "output-activation",
                                             "init"};

/// The names of the hyper-parameters, the options that decide what a step computes, that differ between the
/// text of a config.cfg and `options`.
std::vector<std::string> changed_hyperparameters(const std::string& config, const RunOptions& options);

/// Throws UsageError if a folder is missing, cannot be stored in a configuration file, or is nested in
/// another.
void check_paths(const RunOptions& options);

/// Throws UsageError, ModelError or LossError if the options cannot be trained with `loss`, which make_loss
/// derives from them.
void check_run_options(const RunOptions& options, const Loss& loss);

/// Sets the options that runs from before they existed did without, where the default differs now. To be
/// called before a configuration that the program wrote is read.
void take_former_defaults(OptionTable& table);

/// Reads the configuration that a checkpoint holds. An option that it lacks gets the value that runs had
/// before the option existed. Throws UsageError, which names `origin`, for options that this program does not
/// know.
void parse_stored(OptionTable& table, const std::string& config, const std::string& origin);

/// The options of the run that wrote a checkpoint, and its classes. Throws UsageError, which names the file,
/// for options that this program does not know.
RunOptions options_of(const Checkpoint& checkpoint);

}  // namespace ganwright
