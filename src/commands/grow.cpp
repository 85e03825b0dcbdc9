#include "models/grow.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/log.h"
#include "commands/command.h"
#include "errors.h"
#include "files/atomic_file.h"
#include "files/json_lines.h"
#include "files/partial.h"
#include "models/grown_shape.h"
#include "run/run_options.h"
#include "run/session.h"
#include "system/interrupt.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {
namespace {

const HelpText kGrowHelp{
    "ganwright grow RUN --out NEW [--width K] [--add-depth K]",
    "Makes a wider or deeper copy of a run's newest checkpoint. Its pictures and logits start out\n"
    "identical, up to rounding. The number of heads is multiplied by K (head size stays), and new blocks\n"
    "are inserted between the old ones. `ganwright resume NEW` trains it: steps and schedules count from\n"
    "0, the optimizers and the averaged generator's half-life start over, the warm-up takes at most 100\n"
    "steps, and the learning rate is divided by K.",
    "  ganwright grow runs/small --out runs/wide --width 2\n"
    "  ganwright grow runs/small --out runs/large --width 2 --add-depth 3\n"
    "  ganwright resume runs/large --steps 20000\n"};

constexpr int64_t kLongestWarmUp = 100;

// Before anything is computed; a run in the making has a name of its own, beside this one.
std::filesystem::path checked_out(const std::string& out) {
  std::filesystem::path path = std::filesystem::path(out).lexically_normal();
  if (!path.has_filename()) {
    path = path.parent_path();
  }
  std::error_code error;
  const bool is_free = !std::filesystem::exists(path, error) ||
                       (std::filesystem::is_directory(path, error) && std::filesystem::is_empty(path, error));
  if (!is_free || error) {
    throw OutputError(out + " already exists; choose another --out");
  }
  return path;
}

RunOptions grown_options(const RunOptions& options, int64_t width_factor, int64_t added_depth,
                         const std::string& out) {
  RunOptions result = options;
  result.training.model = grown(options.training.model, width_factor, added_depth);
  // One that follows from the width (0) falls by itself.
  result.training.learning_rate /= static_cast<double>(width_factor);
  result.training.warm_up = std::min(options.training.warm_up, kLongestWarmUp);
  result.out = out;
  return result;
}

// Neither order nor number of the pictures is kept: a grown run counts its own.
Batches no_batches() {
  return {torch::zeros({1, 1, 1, 1}, torch::kUInt8), torch::zeros({1}, torch::kInt64), 1, 0};
}

// What is in the state under `prefix`, a network's parameters, or other tensors.
ParameterMap part_of(const Trainer& trainer, const std::string& prefix) {
  ParameterMap part;
  for (const auto& [name, tensor] : trainer.state()) {
    if (name.starts_with(prefix)) {
      part[name.substr(prefix.size())] = tensor;
    }
  }
  return part;
}

void grow_trainer(const RunOptions& from, const RunOptions& to, const Trainer& small, Trainer& large) {
  const ModelOptions& shape = from.training.model;
  const ModelOptions& grown_shape = to.training.model;
  grow_generator(shape, grown_shape, {part_of(small, "generator."), part_of(small, "average.")},
                 {part_of(large, "generator."), part_of(large, "average.")});
  grow_discriminator(shape, grown_shape, part_of(small, "discriminator."), part_of(large, "discriminator."));
  torch::Tensor probability = part_of(large, "augment_probability").at("");
  probability.copy_(part_of(small, "augment_probability").at(""));
  large.set_rate_scale(small.rate_scale());
}

void copy_reals(const RunDirectory& from, const RunDirectory& to) {
  std::error_code error;
  if (std::filesystem::exists(from.reals(), error) &&
      !std::filesystem::copy_file(from.reals(), to.reals(), error)) {
    throw WriteError("cannot write " + to.reals().string() + ": " + error.message() +
                     "; free some space and grow again");
  }
}

void tell_growth(const RunOptions& from, const RunOptions& to, const Checkpoint& checkpoint) {
  const ModelOptions& before = from.training.model;
  const ModelOptions& after = to.training.model;
  spdlog::info("grown from step {} of {}: width {} to {}, heads {} to {}, depth {} to {}", checkpoint.step,
               checkpoint.path.string(), before.width, after.width, before.heads, after.heads, before.depth,
               after.depth);
  spdlog::info("learning rate {:.3g} to {:.3g}, after a warm-up of {} steps; the optimizers start over",
               learning_rate_of(from.training), learning_rate_of(to.training), to.training.warm_up);
}

// Under another name until it is whole, so that nothing half done ever stands at `out`.
template <class Write>
void write_run(const std::filesystem::path& out, const Write& write) {
  PartialFolder partial(out);
  write(create_run(partial.path()));
  if (interrupted()) {
    throw Interrupted("interrupted; nothing was written to " + out.string());
  }
  partial.publish();
}

struct GrowOptions {
  std::string run;
  std::string out;
  std::string checkpoint;
  int64_t width_factor = 1;
  int64_t added_depth = 0;
};

OptionTable grow_table(GrowOptions& options) {
  OptionTable table;
  table.add_positional("RUN", options.run, "directory of a run");
  table.add("out", options.out, "directory of the new run");
  table.add("width", options.width_factor, 1, ModelLimits::width,
            "factor for the number of heads and the width");
  table.add("add-depth", options.added_depth, 0, ModelLimits::depth,
            "Transformer blocks to add to each network");
  table.add("checkpoint", options.checkpoint, "file in the run's checkpoints; default: the newest");
  return table;
}

int run_grow(const GrowOptions& options) {
  if (options.out.empty()) {
    throw UsageError("--out is missing; give a directory for the new run");
  }
  const std::filesystem::path path = checked_out(options.out);
  const RunDirectory run = open_run(options.run);
  const Checkpoint checkpoint = read_checkpoint_of(run, options.checkpoint);
  const RunOptions from = options_of(checkpoint);
  RunOptions to = grown_options(from, options.width_factor, options.added_depth, options.out);
  check_paths(to);
  const Loss loss = make_loss(to.training.loss);
  check_run_options(to, loss);

  Trainer small(from.training, loss, torch::kCPU);
  Batches batches = no_batches();
  restore(checkpoint, small, batches);
  Trainer large(to.training, loss, torch::kCPU);
  grow_trainer(from, to, small, large);
  write_run(path, [&](const RunDirectory& grown_run) {
    add_log_file(grown_run.log());
    tell_growth(from, to, checkpoint);
    copy_reals(run, grown_run);
    const std::string config = run_option_table(to).config_text();
    write_text_atomically(grown_run.config(), config);
    save_checkpoint(grown_run.checkpoint(0), large, no_batches(),
                    {config, checkpoint.notes.pictures, checkpoint.notes.classes});
    JsonLines(grown_run.sessions()).append(session_record(grown_run, select_device(DeviceChoice::cpu), 0));
  });
  spdlog::info("continue with `ganwright resume {}`", options.out);
  std::cout << options.out << "\n";
  return 0;
}

}  // namespace

CommandBody grow_command() {
  return command_body(kGrowHelp, grow_table, run_grow);
}

}  // namespace ganwright
