#include "run/run_options.h"

#include <spdlog/fmt/ranges.h>

#include <cctype>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "cli/output.h"
#include "errors.h"
#include "imaging/grid.h"
#include "run/loss_options.h"
#include "run/run_pictures.h"

namespace ganwright {
namespace {

// Options that a resumed run may change: where and how long it runs, and how it is watched.
bool is_free(const std::string& name) {
  static const std::set<std::string> names = {"data",           "out",
                                              "steps",          "max-minutes",
                                              "device",         "log-every",
                                              "sample-every",   "checkpoint-every",
                                              "evaluate-every", "keep-checkpoints",
                                              "grid-count",     "max-rollbacks",
                                              "cache",          "max-unreadable-share",
                                              "sample-minutes", "checkpoint-minutes"};
  return names.contains(name);
}

// What runs from before these options had, where the default differs now.
constexpr const char* kFormerDefaults = "readout-channels = 0\nstem-channels = 0\noutput-activation = none\n";

bool is_utf8(const std::string& text) {
  try {
    static_cast<void>(nlohmann::json(text).dump());
    return true;
  } catch (const nlohmann::json::exception&) {
    return false;
  }
}

}  // namespace

OptionTable run_option_table(RunOptions& options) {
  constexpr int64_t kAny = OptionTable::kAny;
  TrainingOptions& training = options.training;
  ModelOptions& model = training.model;
  OptionTable table;
  table.begin_section("Run");
  table.add("data", options.data, "folder of pictures; first-level subfolders are classes");
  table.add("out", options.out, "directory of the run, new or empty");
  table.add("init", options.init,
            "run whose newest checkpoint the networks start from; the shape must match, except --size");
  table.add("steps", options.steps, 1, 1'000'000'000, "training steps");
  table.add("max-minutes", options.max_minutes, 0, 1e6, "save and stop after this many minutes; 0: no limit");
  table.add("device", options.device, device_names, "training device; auto picks CUDA if available");
  table.add("log-every", options.log_every, 1, kAny, "steps between lines of metrics");
  table.add("sample-every", options.sample_every, 1, kAny, "steps between sample grids");
  table.add("sample-minutes", options.sample_minutes, 0, 1e6,
            "most minutes between sample grids; 0: by steps alone");
  table.add("checkpoint-every", options.checkpoint_every, 1, kAny, "steps between checkpoints");
  table.add("checkpoint-minutes", options.checkpoint_minutes, 0, 1e6,
            "most minutes between checkpoints; 0: by steps alone");
  table.add(
      "evaluate-every", options.evaluate_every, 0, kAny,
      "steps between comparisons of 1000 generated pictures with real ones, appended to evaluations.jsonl; "
      "the checkpoint of the smallest frechet_distance is kept as checkpoints/best.safetensors; 0: never");
  table.add("keep-checkpoints", options.keep_checkpoints, 1, kAny, "number of newest checkpoints to keep");
  table.add("max-rollbacks", options.max_rollbacks, 0, 100,
            "how often a run that turns non-finite may roll back to its last checkpoint, at half the "
            "learning rate");
  table.add("grid-count", options.grid_count, 1, 4096, "pictures in a grid");

  table.begin_section("Pictures");
  table.add("size", model.size, 1, ModelLimits::size,
            "side of the pictures, which are cropped to a square and resized");
  table.add("channels", model.channels, {{1, "grey"}, {3, "color"}}, "of the pictures");
  table.add(
      "cache", options.cache,
      "cache folder for decoded pictures; auto: ganwright below $XDG_CACHE_HOME or ~/.cache, none: no cache");
  table.add("background", options.background, "R,G,B behind transparent pixels");
  table.add("max-unreadable-share", options.max_unreadable_share, 0, 1,
            "abort if more than this fraction of the pictures is unreadable");

  table.begin_section("Objective");
  add_loss_options(table, training.loss);
  table.add("pairing", training.pairing, pairing_names,
            "single outputs, or differences between outputs on real and generated images (R3GAN)");

  table.begin_section("Penalties");
  table.add("r1", training.r1, 0, 1e6, "gamma of the gradient penalty on real images");
  table.add("r2", training.r2, 0, 1e6, "gamma of the gradient penalty on generated images");
  table.add("penalty", training.penalty, penalty_names, "how R1 and R2 are computed");
  table.add("penalty-sigma", training.penalty_sigma, 1e-4, 1, "noise of the finite differences");
  table.add("gradient-penalty", training.gradient_penalty, 0, 1e6, "lambda of WGAN-GP's penalty");
  table.add("penalty-every", training.penalty_every, 1, 1'000'000,
            "apply the penalties every N discriminator steps, with N times the weight (lazy regularization, "
            "StyleGAN2)");
  table.add("penalty-share", training.penalty_share, 0, 1, "fraction of the batch that is penalized");
  table.add("penalty-end", training.penalty_end, 0, 1,
            "final fraction of the penalty weights, after --decay-steps");

  table.begin_section("Augmentation");
  table.add_set("augment", training.augment, augmentation_names,
                "differentiable augmentation of all discriminator inputs (DiffAugment): " +
                    fmt::format("{}", fmt::join(names_of(augmentation_names), ", ")));
  table.add("augment-probability", training.augment_probability, 0, 1,
            "probability of each kind, for each image");
  table.add("augment-target", training.augment_target, 0, 1,
            "target of E[sign(log r)] on real images, toward which the probability adapts, starting at 0 "
            "(ADA: 0.6); 0: fixed probability");
  table.add("augment-images", training.augment_images, 1, 1e12,
            "images over which the probability can change by 1");

  table.begin_section("Model");
  table.add("patch", model.patch, 1, ModelLimits::patch, "side of a patch; it must divide the size");
  table.add("width", model.width, 1, ModelLimits::width, "token width (embedding dimension)");
  table.add("depth", model.depth, 1, ModelLimits::depth, "Transformer blocks of each network");
  table.add("heads", model.heads, 1, ModelLimits::heads, "attention heads");
  table.add_list(
      "output-depths", model.output_depths, 1, ModelLimits::depth,
      "blocks after which the generator emits a picture; default: after each quarter of the depth");
  table.add_list(
      "logit-depths", model.logit_depths, 1, ModelLimits::depth,
      "blocks after which the discriminator emits a logit; default: after each third of the depth");
  table.add("latent", model.latent, 1, ModelLimits::latent, "latent dimension");
  table.add("latent-tokens", model.latent_tokens, 1, ModelLimits::latent_tokens,
            "tokens made from the latent");
  table.add(
      "readout-channels", model.readout_channels, 0, ModelLimits::convolution_channels,
      "channels of the two convolutions at the end of the generator, which join patches without a seam, a "
      "multiple of 8; 0: none");
  table.add("stem-channels", model.stem_channels, 0, ModelLimits::convolution_channels,
            "channels of the two convolutions at the start of the discriminator, a multiple of 8; 0: none");
  table.add("output-activation", model.output_activation, output_activation_names,
            "what keeps the generator's pixels in [-1, 1]: tanh or none");
  table.add("latent-maps", model.latent_maps, 0, ModelLimits::latent_maps,
            "learned maps over the patches, each of which adds a vector made from the latent; 0: none");
  table.add("attention", model.attention, attention_pattern_names,
            "tokens that a token attends to, in row order: all, those on one side, or alternating sides");
  table.add("positions", model.positions, position_scheme_names,
            "positions of patches: by column and row; on one line with the tokens before them (RoPE-Tie); in "
            "[-1, 1]; or learned vectors only");
  table.add("positions-size", model.positions_size, 0, ModelLimits::size,
            "side of the pictures that normalized positions are scaled for; 0: --size");
  table.add_flag("conditional", options.conditional,
                 "learn the classes: modulation in the generator, projection in the discriminator");

  table.begin_section("Optimization");
  table.add("batch-size", training.batch_size, 1, 65536, "pictures per step");
  table.add("accumulate", training.accumulate, 1, 65536,
            "gradient accumulation: split each batch into N parts; N must divide the batch size");
  table.add("critic-steps", training.critic_steps, 1, 1000, "discriminator steps per generator step");
  table.add("learning-rate", training.learning_rate, 0, 1,
            "0: 8e-4 at width 96, in inverse proportion to width");
  table.add("rate-scaling", training.rate_scaling, rate_scaling_names,
            "which learning rates scale with width: all, or those of matrices only (muP)");
  table.add("warm-up", training.warm_up, 0, 1'000'000'000, "steps over which the learning rate rises");
  table.add("decay-steps", training.decay_steps, 0, 1'000'000'000,
            "steps of cosine decay of learning rate and penalties; 0: no decay");
  table.add("decay-minutes", training.decay_minutes, 0, 1e7,
            "minutes of training, in all sessions, after which the decay is over, if that is before "
            "--decay-steps; 0: by steps alone");
  table.add("learning-rate-end", training.learning_rate_end, 0, 1,
            "final fraction of the learning rate, after --decay-steps");
  table.add("beta2", training.beta2, 0, 0.9999999, "Adam's beta2; beta1 is 0");
  table.add(
      "precision", training.precision, precision_names,
      "precision of matrix products and attention; tf32 is for CUDA devices; logits and losses are float32");
  table.add("clip-norm", training.clip_norm, 0, 1e9, "maximum gradient norm; 0: no limit");
  table.add("ema-half-life", training.ema_half_life, 1, 1e12,
            "half-life of the averaged generator, in images");
  table.add("seed", training.seed, 0, kAny, "seed of all random numbers");
  return table;
}

std::vector<std::string> changed_hyperparameters(const std::string& config, const RunOptions& options) {
  RunOptions before;
  OptionTable before_table = run_option_table(before);
  parse_stored(before_table, config, "checkpoint");
  RunOptions after = options;
  const OptionTable after_table = run_option_table(after);
  std::vector<std::string> changed;
  for (const std::string& name : after_table.names()) {
    if (!is_free(name) && before_table.value_of(name) != after_table.value_of(name)) {
      changed.push_back(name);
    }
  }
  return changed;
}

void check_paths(const RunOptions& options) {
  for (const auto& [name, value] : {std::pair("--data", options.data), std::pair("--out", options.out)}) {
    if (value.empty()) {
      throw UsageError(std::string(name) + " is missing; give a folder, see --help");
    }
  }
  for (const auto& [name, value] : {std::pair("--data", options.data), std::pair("--out", options.out),
                                    std::pair("--init", options.init), std::pair("--cache", options.cache)}) {
    if (!is_utf8(value)) {
      throw UsageError(std::string(name) +
                       ": the path is not valid UTF-8 and cannot be stored in a checkpoint; rename it");
    }
    if (!value.empty() && (std::isspace(static_cast<unsigned char>(value.front())) != 0 ||
                           std::isspace(static_cast<unsigned char>(value.back())) != 0)) {
      throw UsageError(std::string(name) + " '" + value +
                       "' begins or ends with a space, which a configuration file does not keep; rename it");
    }
  }
  require_outside(options.out, options.data);
}

void check_run_options(const RunOptions& options, const Loss& loss) {
  check_training_options(options.training, loss);
  image_folder_options(options);  // throws where the background is no color
  const auto columns = std::ceil(std::sqrt(static_cast<double>(options.grid_count)));
  if (columns * static_cast<double>(options.training.model.size) > kLongestGridSide) {
    throw UsageError("--grid-count " + std::to_string(options.grid_count) + " at --size " +
                     std::to_string(options.training.model.size) + " makes grids too large; give fewer");
  }
}

void take_former_defaults(OptionTable& table) {
  table.parse_text(kFormerDefaults, "former defaults");
}

void parse_stored(OptionTable& table, const std::string& config, const std::string& origin) {
  take_former_defaults(table);
  table.parse_text(config, origin);
}

RunOptions options_of(const Checkpoint& checkpoint) {
  RunOptions options;
  OptionTable table = run_option_table(options);
  parse_stored(table, checkpoint.notes.config, checkpoint.path.string());
  set_classes(options, checkpoint.notes.classes);
  require_networks(checkpoint, options.training.model);
  return options;
}

}  // namespace ganwright
