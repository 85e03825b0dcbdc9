#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "evaluation/critic_estimate.h"
#include "evaluation/divergence_bounds.h"
#include "evaluation/extreme_pictures.h"
#include "imaging/grid.h"
#include "losses/divergence/named_loss.h"
#include "run/run_pictures.h"
#include "system/interrupt.h"
#include "training/device.h"

namespace ganwright {
namespace {

const HelpText kEstimateHelp{
    "ganwright estimate --p DIR --q DIR [options]",
    "Measures how far apart two folders of pictures are: trains a critic on 60 % of each and estimates, on\n"
    "the held-out 25 %, every named divergence D_f(p||q) from below, with 95 % intervals. A lower bound of\n"
    "D_f is the lower end of its interval. The remaining 15 % are for early stopping, model selection and\n"
    "calibration: two halves of one folder score about 0. Copies of a picture, also those encoded anew or\n"
    "resized, stay in one part. Lists the held-out pictures least covered by the other folder. Pictures in\n"
    "subfolders count, too, and the folders may differ in size; each needs at least 40 different pictures.",
    "  ganwright estimate --p photos --q samples\n"
    "  ganwright estimate --p photos --q samples --out lacking --extremes 36\n"
    "  ganwright estimate --p photos --q samples --size 64 --max-minutes 20 --json\n"};

struct EstimateOptions {
  std::string p;
  std::string q;
  std::string out;
  int64_t extremes = 16;
  bool json = false;
  CriticOptions critic;
  // How pictures are read; the rest of it is not looked at.
  RunOptions reading;
};

OptionTable estimate_table(EstimateOptions& options) {
  TrainingOptions& training = options.critic.training;
  ModelOptions& model = training.model;
  RunOptions& reading = options.reading;
  // The penalties then take half a pass more instead of twice as long.
  training.penalty_share = 0.25;
  OptionTable table;
  table.add("p", options.p, "folder of pictures drawn from p, such as real ones");
  table.add("q", options.q, "folder of pictures drawn from q, such as generated ones");
  table.add("out", options.out,
            "directory for grids of the least covered pictures: lacking_in_q.png, lacking_in_p.png");
  table.add("extremes", options.extremes, 1, 1024, "number of these pictures per folder");
  table.add_flag("json", options.json, "print one JSON object");
  table.begin_section("Pictures");
  table.add("size", model.size, 1, ModelLimits::size,
            "side of the pictures, which are cropped to a square and resized");
  table.add("channels", model.channels, {{1, "grey"}, {3, "color"}}, "of the pictures");
  table.add(
      "cache", reading.cache,
      "cache folder for decoded pictures; auto: ganwright below $XDG_CACHE_HOME or ~/.cache, none: no cache");
  table.add("background", reading.background, "R,G,B behind transparent pixels");
  table.add("max-unreadable-share", reading.max_unreadable_share, 0, 1,
            "abort if more than this fraction of the pictures is unreadable");
  table.begin_section("Critic");
  table.add("divergence", training.loss.divergence,
            "loss the critic is trained with; all estimates are computed from its log ratios");
  table.suggest("divergence", loss_names());
  table.add("steps", options.critic.steps, 1, 1'000'000'000, "maximum number of steps");
  table.add("max-minutes", options.critic.max_minutes, 0, 1e6, "maximum minutes of training; 0: no limit");
  table.add("batch-size", training.batch_size, 4, 65536, "pictures of each folder per step");
  table.add("patch", model.patch, 1, ModelLimits::patch, "side of a patch; it must divide the size");
  table.add("width", model.width, 1, ModelLimits::width, "numbers a token");
  table.add("depth", model.depth, 1, ModelLimits::depth, "Transformer blocks");
  table.add("heads", model.heads, 1, ModelLimits::heads, "attention heads");
  table.add("learning-rate", training.learning_rate, 0, 1,
            "0: 8e-4 at width 96, in inverse proportion to width");
  table.add("r1", training.r1, 0, 1e6, "gamma of the gradient penalty on pictures of p");
  table.add("r2", training.r2, 0, 1e6, "gamma of the gradient penalty on pictures of q");
  table.add("seed", training.seed, 0, OptionTable::kAny, "seed of all random numbers");
  table.add("device", reading.device, device_names, "where to compute");
  return table;
}

Dataset load_side(const std::string& folder, const char* flag, const EstimateOptions& options) {
  RunOptions reading = options.reading;
  reading.training.model = options.critic.training.model;
  return load_image_folder(folder, image_folder_options(reading),
                           show_progress(std::string("reading ") + flag), interrupted);
}

// Trains with a live line, and says what ended it.
CriticEstimate train_critic(const Dataset& p, const PictureParts& parts_p, const Dataset& q,
                            const PictureParts& parts_q, const CriticOptions& options, const Loss& loss,
                            const Device& device) {
  spdlog::info(
      "training the critic on {} pictures of p and {} of q; validation: {} and {}; held out: {} and {}",
      parts_p.training.size(0), parts_q.training.size(0), parts_p.validation.size(0),
      parts_q.validation.size(0), parts_p.held_out.size(0), parts_q.held_out.size(0));
  Progress progress("training the critic", options.steps);
  const CriticEstimate estimate = estimate_log_ratios(
      p.pixels, parts_p, q.pixels, parts_q, options, loss, device.device, [&](const CriticStatus& status) {
        progress.update(status.step, fmt::format("validation 2 js about {:.4f}", status.gain),
                        status.seconds_left);
      });
  if (estimate.best_step == 0) {
    spdlog::info(
        "after {} steps the critic is no better than chance on the validation set; all log ratios are set to "
        "0",
        estimate.steps);
  } else {
    spdlog::info(
        "trained for {} steps; the critic of step {} is best on the validation set; calibrated: {:.3g} log r "
        "{:+.3g}",
        estimate.steps, estimate.best_step, estimate.calibration.scale, estimate.calibration.shift);
  }
  return estimate;
}

nlohmann::ordered_json describe(const std::vector<ExtremePicture>& pictures) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const ExtremePicture& picture : pictures) {
    list.push_back({{"path", picture.path}, {"log_ratio", picture.log_ratio}});
  }
  return list;
}

struct Estimation {
  PictureGroups groups;
  CriticEstimate estimate;
  std::vector<DivergenceBound> bounds;
  std::vector<ExtremePicture> lacking_in_q;  // of p, the largest log ratio first
  std::vector<ExtremePicture> lacking_in_p;  // of q, the smallest log ratio first
};

nlohmann::ordered_json describe(const EstimateOptions& options, const Dataset& p, const Dataset& q,
                                const Estimation& result) {
  nlohmann::ordered_json entry{{"p", options.p}, {"q", options.q}};
  entry["pictures_p"] = p.pixels.size(0);
  entry["pictures_q"] = q.pixels.size(0);
  entry["different_pictures_p"] = PictureGroups::distinct(result.groups.p);
  entry["different_pictures_q"] = PictureGroups::distinct(result.groups.q);
  entry["different_pictures"] = result.groups.count;
  entry["held_out_p"] = result.estimate.held_out.p.size(0);
  entry["held_out_q"] = result.estimate.held_out.q.size(0);
  entry["size"] = options.critic.training.model.size;
  entry["channels"] = options.critic.training.model.channels;
  entry["seed"] = options.critic.training.seed;
  entry["trained_by"] = options.critic.training.loss.divergence;
  entry["steps"] = result.estimate.steps;
  entry["best_step"] = result.estimate.best_step;
  entry["calibration"] = {{"scale", result.estimate.calibration.scale},
                          {"shift", result.estimate.calibration.shift}};
  entry["bounds"] = nlohmann::ordered_json::array();
  for (const DivergenceBound& bound : result.bounds) {
    entry["bounds"].push_back({{"divergence", bound.name},
                               {"bound", bound.bound},
                               {"low", number_or_null(bound.low)},
                               {"high", number_or_null(bound.high)},
                               {"share", bound.share}});
  }
  entry["lacking_in_q"] = describe(result.lacking_in_q);
  entry["lacking_in_p"] = describe(result.lacking_in_p);
  return entry;
}

void print(const std::vector<ExtremePicture>& pictures, const std::string& headline) {
  constexpr size_t most = 5;
  if (pictures.empty()) {
    return;
  }
  std::cout << "\n" << headline << "\n";
  for (size_t i = 0; i < std::min(most, pictures.size()); ++i) {
    std::cout << fmt::format("  {:+8.3f}  {}\n", pictures[i].log_ratio, pictures[i].path);
  }
}

// To four places, where a bound that rounds to 0 has no sign.
double shown(double bound) {
  return std::abs(bound) < 0.5e-4 ? 0 : bound;
}

void print(const Estimation& result) {
  std::cout << fmt::format("{:<22} {:>10}   {}\n", "D_f(p||q)", "estimate",
                           "95 % interval; its lower end bounds D_f");
  for (const DivergenceBound& bound : result.bounds) {
    const std::string interval = std::isnan(bound.low)
                                     ? "none: the critic tells nothing apart"
                                     : fmt::format("{:.4f} to {:.4f}", shown(bound.low), shown(bound.high));
    std::cout << fmt::format("{:<22} {:>10.4f}   {}\n", bound.name, shown(bound.bound), interval);
  }
  print(result.lacking_in_q, "log p/q, pictures of p least covered by q");
  print(result.lacking_in_p, "log p/q, pictures of q least covered by p");
}

// Pictures that are there more than once make a critic look good that learned them by heart.
void say_copies(const PictureGroups& groups) {
  const int64_t pictures_p = groups.p.size(0);
  const int64_t pictures_q = groups.q.size(0);
  const int64_t different_p = PictureGroups::distinct(groups.p);
  const int64_t different_q = PictureGroups::distinct(groups.q);
  const int64_t in_both = different_p + different_q - groups.count;
  if (pictures_p > different_p || pictures_q > different_q || in_both > 0) {
    spdlog::info(
        "copies: {} of the {} pictures of p are copies of another one, {} of the {} of q, and {} are in both "
        "folders; copies stay in one part of the split",
        pictures_p - different_p, pictures_p, pictures_q - different_q, pictures_q, in_both);
  }
}

void write_grids(const std::filesystem::path& folder, const Dataset& p, const Dataset& q,
                 const Estimation& result) {
  write_png(folder / "lacking_in_q.png", image_grid(pixels_of(result.lacking_in_q, p)));
  write_png(folder / "lacking_in_p.png", image_grid(pixels_of(result.lacking_in_p, q)));
}

int run_estimate(const EstimateOptions& options) {
  const Loss loss = make_loss(options.critic.training.loss);
  check_critic_options(options.critic, loss);
  for (const auto& [flag, folder] : {std::pair("--p", options.p), std::pair("--q", options.q)}) {
    if (folder.empty()) {
      throw UsageError(std::string(flag) + " is missing; give a folder of pictures");
    }
    if (!options.out.empty()) {
      require_outside(options.out, folder);
    }
  }
  const Dataset p = load_side(options.p, "--p", options);
  const Dataset q = load_side(options.q, "--q", options);
  const int64_t seed = options.critic.training.seed;
  const PictureGroups groups = group_copies(p.pixels, q.pixels);
  const auto [parts_p, parts_q] = split_pictures(groups, seed, options.p, options.q);
  if (!options.out.empty()) {
    create_output_folder(options.out);
  }
  say_copies(groups);
  const Device device = select_device(options.reading.device);
  Estimation result{groups, train_critic(p, parts_p, q, parts_q, options.critic, loss, device), {}, {}, {}};
  result.bounds =
      divergence_bounds(result.estimate.validation, result.estimate.held_out,
                        {parts_p.groups_of(parts_p.held_out), parts_q.groups_of(parts_q.held_out)});
  if (result.estimate.best_step > 0) {
    result.lacking_in_q =
        extreme_pictures(p, parts_p.held_out, result.estimate.held_out.p, options.extremes, Extreme::largest);
    result.lacking_in_p = extreme_pictures(q, parts_q.held_out, result.estimate.held_out.q, options.extremes,
                                           Extreme::smallest);
    if (!options.out.empty()) {
      write_grids(options.out, p, q, result);
    }
  }
  if (options.json) {
    std::cout << describe(options, p, q, result)
                     .dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace)
              << "\n";
  } else {
    print(result);
  }
  return 0;
}

}  // namespace

CommandBody estimate_command() {
  return command_body(kEstimateHelp, estimate_table, run_estimate);
}

}  // namespace ganwright
