#include <spdlog/fmt/fmt.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <optional>

#include "cli/log.h"
#include "cli/loss_error_message.h"
#include "cli/output.h"
#include "commands/command.h"
#include "comparison/compared_loss.h"
#include "comparison/comparison_run.h"
#include "comparison/contact_sheet.h"
#include "comparison/ranking.h"
#include "errors.h"
#include "evaluation/features.h"
#include "evaluation/picture_comparison.h"
#include "files/atomic_file.h"
#include "imaging/grid.h"
#include "losses/loss_error.h"
#include "models/host_memory.h"
#include "run/comparison_options.h"
#include "run/initial_run.h"
#include "run/run_options.h"
#include "run/run_pictures.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

const HelpText kCompareHelp{
    "ganwright compare --data DIR --out DIR --divergences LIST [options]",
    "Trains the same networks with every loss and seed, scores each run with `ganwright evaluate`, and\n"
    "writes a ranked table (table.md, table.csv) and a contact sheet (one row per loss, same latents).\n"
    "Losses are divided by f''(1); those that cannot be are skipped, with a reason. All `train` options\n"
    "apply to every run. Repeat the command, or give --out alone, to continue after an interruption;\n"
    "finished runs are kept.",
    "  ganwright compare --data photos --out runs/losses --divergences kl,gan,jeffreys --seeds 0,1\n"
    "  ganwright compare --config results/divergences/compare.cfg --data data/fashion-mnist --out "
    "runs/fashion\n"
    "  ganwright compare --out runs/divergences\n"};

constexpr int64_t kSheetColumns = 12;

RunOptions options_of_cell(const ComparisonOptions& options, const ComparisonRun& cell) {
  RunOptions run = options.run;
  run.training.loss = cell.loss.options;
  run.training.seed = cell.seed;
  run.out = cell.run.path.string();
  return run;
}

// What the runs would find only once they have been trained: pictures that cannot be read or are too few to
// judge by, other pictures than those that runs have learned, other classes than --init knows, features that
// fail. The cache has the pictures from then on.
void check_inputs(const ComparisonOptions& options, const std::optional<InitialRun>& initial,
                  const std::string& pictures) {
  refuse_without_effect(options.run.training);
  {
    RunOptions reading = options.run;
    const Dataset dataset = load_pictures(reading);
    require_comparable(dataset.pixels.size(0), reading.data);
    if (!pictures.empty() && compare_fingerprints(dataset.fingerprint, pictures) == Sameness::different) {
      throw DataError("the pictures in " + reading.data +
                      " are not those that the comparison was begun with (" + dataset.fingerprint + ", not " +
                      pictures + "); restore them, or choose another --out");
    }
    if (initial) {
      require_same_classes(*initial, reading, dataset);
    }
    if (!options.evaluation.features.empty()) {
      // Not on the device, which is for the runs.
      features_of(torchscript_features(options.evaluation.features, select_device(DeviceChoice::cpu)),
                  dataset.pixels.narrow(0, 0, 2));
    }
  }
  // The runs, which are processes of their own, need the memory.
  release_freed_memory();
}

// Those that the first run with a whole checkpoint has learned, as Dataset::fingerprint.
std::string learned_pictures(const std::vector<ComparisonRun>& cells) {
  for (const ComparisonRun& cell : cells) {
    for (const fs::path& path : list_checkpoints(cell.run)) {
      try {
        return read_checkpoint(path).notes.pictures;
      } catch (const CheckpointError&) {
        // The run itself will say so.
      }
    }
  }
  return "";
}

bool is_finished(const ComparisonOptions& options, const std::vector<ComparisonRun>& cells) {
  return std::all_of(cells.begin(), cells.end(), [&](const ComparisonRun& cell) {
    return evaluation_of(cell, options.run.steps, options.evaluation).has_value();
  });
}

// A loss that cannot be trained.
struct LeftOut {
  ComparedLoss loss;
  std::string reason;
};

// A link or generator objective that goes with no loss at all is a mistake.
void require_used(const std::vector<std::string>& values, const std::string& flag,
                  std::string LossOptions::* value, const std::vector<ComparedLoss>& losses,
                  const std::vector<LeftOut>& left_out) {
  for (const std::string& wanted : values) {
    const auto takes = [&](const ComparedLoss& loss) { return loss.options.*value == wanted; };
    if (std::none_of(losses.begin(), losses.end(), takes)) {
      const auto first = std::find_if(left_out.begin(), left_out.end(),
                                      [&](const LeftOut& candidate) { return takes(candidate.loss); });
      throw UsageError(fmt::format("--{} {} fits none of the losses: {}", flag, wanted, first->reason));
    }
  }
}

// The losses that can be trained; the others go to `left_out`.
std::vector<ComparedLoss> trainable(const ComparisonOptions& options, std::vector<LeftOut>& left_out) {
  std::vector<ComparedLoss> losses;
  for (const ComparedLoss& loss : compared_losses(options.grid, options.run.training.loss)) {
    try {
      const RunOptions run = options_of_cell(options, {loss, 0, {fs::path(options.run.out) / loss.folder}});
      check_paths(run);
      check_run_options(run, make_loss(run.training.loss));
      losses.push_back(loss);
    } catch (const LossError& error) {
      const std::string reason = message_with_flag(error);
      left_out.push_back({loss, reason.starts_with(loss.name) ? reason : loss.name + ": " + reason});
    }
  }
  if (losses.empty()) {
    throw UsageError("no loss is left to compare: " + left_out.front().reason);
  }
  require_used(options.grid.links, "links", &LossOptions::link, losses, left_out);
  require_used(options.grid.generator_objectives, "generator-objectives", &LossOptions::generator_objective,
               losses, left_out);
  for (const LeftOut& loss : left_out) {
    spdlog::warn("left out: {}", loss.reason);
  }
  return losses;
}

std::vector<ComparisonRun> cells_of(const ComparisonOptions& options,
                                    const std::vector<ComparedLoss>& losses) {
  std::vector<ComparisonRun> cells;
  // The first seed of every loss comes first, so that there is soon something to see of each.
  for (const int64_t seed : options.grid.seeds) {
    for (const ComparedLoss& loss : losses) {
      const fs::path folder = fs::path(options.run.out) / loss.folder;
      cells.push_back({loss, seed, {folder / ("seed-" + std::to_string(seed))}});
      create_output_folder(folder);
      RunOptions run = options_of_cell(options, cells.back());
      write_text_atomically(cells.back().config(), run_option_table(run).config_text());
    }
  }
  return cells;
}

SheetRow sheet_row(const std::string& name, const ComparisonRun& cell, const Device& device) {
  const Checkpoint checkpoint = read_checkpoint(latest_checkpoint(cell.run));
  const ModelOptions model = options_of(checkpoint).training.model;
  Generator generator = averaged_generator(checkpoint, model, device.device);
  return {name, generate(generator, latents_from_seed(kSheetColumns, model.latent, 0),
                         labels_for_grid(kSheetColumns, model.classes), device.device)};
}

// The first run of each loss that was evaluated, the best loss first.
cv::Mat sheet_of(const std::vector<RankedLoss>& losses, const std::vector<ComparisonRun>& cells,
                 const std::vector<CellResult>& results, const Device& device) {
  std::vector<SheetRow> rows;
  int64_t rank = 0;
  for (const RankedLoss& loss : losses) {
    ++rank;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (results[i].loss == loss.loss && results[i].failure.empty()) {
        try {
          rows.push_back(sheet_row(std::to_string(rank) + ". " + loss.loss, cells[i], device));
          break;
        } catch (const CheckpointError& error) {
          spdlog::warn("the contact sheet omits {}: {}", cells[i].name(), error.what());
        }
      }
    }
  }
  return contact_sheet(rows);
}

// What rollbacks have left of the learning rate.
double rate_scale_of(const ComparisonRun& cell) {
  try {
    return read_checkpoint(latest_checkpoint(cell.run)).rate_scale;
  } catch (const CheckpointError&) {
    return 1;  // of a run that failed, which says why
  }
}

std::vector<CellResult> results_of(const ComparisonOptions& options, const std::vector<ComparisonRun>& cells,
                                   const std::vector<std::string>& failures) {
  std::vector<CellResult> results;
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto evaluation = evaluation_of(cells[i], options.run.steps, options.evaluation);
    results.push_back({cells[i].loss.name, cells[i].seed, evaluation ? *evaluation : nlohmann::ordered_json(),
                       failures[i], rate_scale_of(cells[i])});
  }
  return results;
}

std::string notes_on(const std::vector<LeftOut>& left_out, const std::vector<CellResult>& results) {
  std::string text;
  for (const LeftOut& loss : left_out) {
    text += "\nleft out: " + loss.reason + "\n";
  }
  for (const CellResult& result : results) {
    const std::string name = result.loss + ", seed " + std::to_string(result.seed);
    if (!result.failure.empty()) {
      text += "\nfailed: " + name + ": " + result.failure + "\n";
    } else if (result.rate_scale < 1) {
      text += fmt::format("\nrolled back: {}: trained to its end with {:g} times the learning rate\n", name,
                          result.rate_scale);
    }
  }
  return text;
}

int run_compare(ComparisonOptions& options, OptionTable& table, const Arguments& arguments) {
  const ComparisonStart start = read_comparison_options(arguments, table, options);
  const Device device = select_device(options.run.device);
  std::vector<LeftOut> left_out;
  const std::vector<ComparedLoss> losses = trainable(options, left_out);
  if (!start.is_begun) {
    check_inputs(options, start.initial, "");
  }

  const fs::path out = options.run.out;
  create_output_folder(out);
  const RunLock lock({out});
  add_log_file(out / "log.txt");
  write_text_atomically(comparison_config(out), table.config_text());
  const std::vector<ComparisonRun> cells = cells_of(options, losses);
  if (start.is_begun && !is_finished(options, cells)) {
    check_inputs(options, std::nullopt, learned_pictures(cells));
  }
  spdlog::info("{} runs of {} steps: losses {}, seeds {}", cells.size(), options.run.steps, losses.size(),
               options.grid.seeds.size());
  const std::vector<std::string> failures =
      carry_out(cells, options.run.steps, options.evaluation, options.jobs);

  const std::vector<CellResult> results = results_of(options, cells, failures);
  const std::vector<RankedLoss> order = ranked(results);
  if (order.empty()) {
    throw TrainingError("every run failed; the first one: " + results.front().failure);
  }
  const std::string markdown = to_markdown(order) + notes_on(left_out, results);
  write_text_atomically(out / "table.csv", to_csv(results));
  write_text_atomically(out / "table.md", markdown);
  if (const cv::Mat sheet = sheet_of(order, cells, results, device); !sheet.empty()) {
    write_png(out / "contact-sheet.png", sheet);
  }
  std::cout << markdown;
  const auto failed =
      std::count_if(failures.begin(), failures.end(), [](const auto& failure) { return !failure.empty(); });
  spdlog::info(
      "table.md, table.csv and contact-sheet.png are in {}; `ganwright report {}/*/seed-*` makes a page",
      out.string(), out.string());
  if (failed > 0) {
    throw TrainingError(std::to_string(failed) + " of " + std::to_string(cells.size()) +
                        " runs failed, as table.md says; the same command tries them again");
  }
  return 0;
}

}  // namespace

CommandBody compare_command() {
  return command_body(kCompareHelp, comparison_option_table, run_compare);
}

}  // namespace ganwright
