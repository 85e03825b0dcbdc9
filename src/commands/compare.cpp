#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "commands/command.h"
#include "commands/initial_run.h"
#include "commands/log.h"
#include "commands/loss_options.h"
#include "commands/output.h"
#include "commands/run_options.h"
#include "commands/training_run.h"
#include "comparison/cell.h"
#include "comparison/compared_loss.h"
#include "comparison/contact_sheet.h"
#include "comparison/ranking.h"
#include "errors.h"
#include "evaluation/features.h"
#include "evaluation/picture_comparison.h"
#include "imaging/grid.h"
#include "losses/loss_error.h"
#include "training/atomic_file.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

const HelpText kCompareHelp{
    "ganwright compare --data DIR --out DIR --divergences LIST [options]",
    "Trains the same pair with each of several losses, from each of several seeds, judges every run by\n"
    "`ganwright evaluate`, and leaves a ranked table (table.md, table.csv) and a contact sheet with a row a\n"
    "loss, drawn from the same latents. Losses are normalized by f''(1); those that cannot be are left out,\n"
    "with the reason. Every option of `train` counts for all runs. The same command, or --out alone, goes "
    "on\n"
    "after an interruption; what is finished is not repeated.",
    "  ganwright compare --data photos --out runs/losses --divergences kl,gan,jeffreys --seeds 0,1\n"
    "  ganwright compare --config configs/divergences.cfg --data data/fashion-mnist --out runs/divergences\n"
    "  ganwright compare --out runs/divergences\n"};

constexpr int64_t kSheetColumns = 12;

// At equal strength near p = q, whatever the losses unless asked otherwise.
RunOptions normalized_run() {
  RunOptions options;
  options.training.loss.normalize_curvature = true;
  return options;
}

struct ComparisonOptions {
  RunOptions run = normalized_run();
  ComparisonGrid grid;
  CellEvaluation evaluation;
  int64_t jobs = 1;
};

OptionTable make_table(ComparisonOptions& options) {
  OptionTable table = run_option_table(options.run);
  table.begin_section("Comparison");
  table.add_list("divergences", options.grid.divergences, "losses by name; --f adds a written one");
  table.add_list("links", options.grid.links, "each of them for each divergence");
  table.add_list("generator-objectives", options.grid.generator_objectives, "each of them for each of those");
  table.add_list("seeds", options.grid.seeds, 0, OptionTable::kAny, "a run of each loss from each");
  table.add("evaluation-count", options.evaluation.count, 2, 1'000'000,
            "pictures of each run that are compared with real ones");
  table.add("features", options.evaluation.features,
            "TorchScript file that they are compared by; without it: fixed random convolutions");
  table.add("jobs", options.jobs, 1, 256, "runs at once, which share the processors");
  table.exclude({{"divergence"}, {"divergences"}});
  return table;
}

fs::path config_of(const std::string& out) {
  return fs::path(out) / "compare.cfg";
}

// One whose runs all ended before their first checkpoint may still be begun otherwise.
bool is_begun(const fs::path& out) {
  if (!fs::exists(config_of(out))) {
    return false;
  }
  const fs::recursive_directory_iterator files(out);
  return std::any_of(begin(files), end(files),
                     [](const auto& entry) { return entry.path().extension() == ".safetensors"; });
}

// Paths hold wherever the comparison goes on from, and names that a list was cut in at commas are whole, as
// mse:-1,1 is.
void settle(ComparisonOptions& options) {
  for (std::string* path :
       {&options.run.data, &options.evaluation.features, &options.run.init, &options.run.cache}) {
    const bool is_word = path == &options.run.cache && (*path == "auto" || *path == "none");
    if (!path->empty() && !is_word) {
      *path = fs::absolute(*path).lexically_normal().string();
    }
  }
  options.evaluation.device = options.run.device;
  ComparisonGrid& grid = options.grid;
  for (std::vector<std::string>* names : {&grid.divergences, &grid.links, &grid.generator_objectives}) {
    *names = whole_names(*names);
  }
}

// A comparison goes on with what it began with, and only with that.
void require_unchanged(const ComparisonOptions& options) {
  ComparisonOptions now = options;
  const OptionTable table = make_table(now);
  ComparisonOptions before;
  OptionTable table_before = make_table(before);
  table_before.parse_file(config_of(options.run.out));
  for (const std::string& name : table.names()) {
    const bool is_free = name == "jobs" || name == "out";
    if (!is_free && table_before.value_of(name) != table.value_of(name)) {
      throw UsageError("--" + name + " was '" + table_before.value_of(name) + "' when " + options.run.out +
                       " was begun; leave it so, or choose another --out");
    }
  }
}

// `table` is bound to `options` and `config`.
void read_options(const Arguments& arguments, OptionTable& table, const std::string& config,
                  ComparisonOptions& options) {
  table.parse_arguments(arguments);
  if (options.run.out.empty()) {
    throw UsageError("--out is missing; give a folder for the comparison");
  }
  const fs::path before = config_of(options.run.out);
  const auto parse = [&] {
    if (fs::exists(before)) {
      table.parse_file(before);
    }
    if (!config.empty()) {
      table.parse_file(config);
    }
    table.parse_arguments(arguments);
  };
  parse();
  if (!is_begun(options.run.out) && !options.run.init.empty()) {
    const std::optional<InitialRun> initial = read_initial_run(options.run.init);
    take_options_of_networks(*initial, table);
    parse();
    fit_to_initial_run(*initial, options.run);
  }
  settle(options);
  if (is_begun(options.run.out)) {
    require_unchanged(options);
  } else if (!fs::exists(before) && fs::exists(options.run.out) && !fs::is_empty(options.run.out)) {
    throw OutputError(options.run.out + " is not empty and holds no comparison; choose another --out");
  }
}

void check_options(const ComparisonOptions& options) {
  if (options.run.max_minutes > 0) {
    throw UsageError("--max-minutes would stop runs at different steps; leave it out, and choose --steps");
  }
  if (options.grid.seeds.empty()) {
    throw UsageError("--seeds is empty; give at least one");
  }
  const std::set<int64_t> seeds(options.grid.seeds.begin(), options.grid.seeds.end());
  if (seeds.size() < options.grid.seeds.size()) {
    throw UsageError("--seeds holds a seed twice; give each once");
  }
  if (options.run.training.seed != 0) {
    throw UsageError("--seed: a comparison's runs start from --seeds; give it there");
  }
  if (options.run.training.loss.shift && !is_written(options.run.training.loss)) {
    throw UsageError("--shift is for a written f; give --f, or leave it out");
  }
  if (!options.evaluation.features.empty() && !fs::exists(options.evaluation.features)) {
    throw UsageError("--features " + options.evaluation.features + " is not there; give a TorchScript file");
  }
}

RunOptions options_of_cell(const ComparisonOptions& options, const Cell& cell) {
  RunOptions run = options.run;
  run.training.loss = cell.loss.options;
  run.training.seed = cell.seed;
  run.out = cell.run.path.string();
  return run;
}

// What the runs would find only when they are trained: pictures that cannot be read or are too few to judge
// by, features that are none. The pictures are decoded for all runs by that.
void check_inputs(const ComparisonOptions& options) {
  RunOptions reading = options.run;
  const Dataset dataset = load_pictures(reading);
  require_comparable(dataset.pixels.size(0), reading.data);
  if (!options.evaluation.features.empty()) {
    static_cast<void>(torchscript_features(options.evaluation.features, select_device(options.run.device)));
  }
}

// A link or generator objective that goes with no loss at all is a mistake.
void require_used(const std::vector<std::string>& values, const std::string& flag,
                  std::string LossOptions::* value, const std::vector<ComparedLoss>& losses,
                  const std::vector<std::string>& left_out) {
  for (const std::string& wanted : values) {
    const auto takes = [&](const ComparedLoss& loss) { return loss.options.*value == wanted; };
    if (std::none_of(losses.begin(), losses.end(), takes)) {
      throw UsageError("--" + flag + " " + wanted +
                       " goes with none of the losses: " + (left_out.empty() ? "" : left_out.front()));
    }
  }
}

// The losses that can be trained; the others go to `left_out`.
std::vector<ComparedLoss> trainable(const ComparisonOptions& options, std::vector<std::string>& left_out) {
  std::vector<ComparedLoss> losses;
  for (const ComparedLoss& loss : compared_losses(options.grid, options.run.training.loss)) {
    // A name that is unknown is no loss to leave out.
    static_cast<void>(divergence_of(loss.options));
    try {
      check_run_options(options_of_cell(options, {loss, 0, {fs::path(options.run.out) / loss.folder}}));
      losses.push_back(loss);
    } catch (const LossError& error) {
      const std::string reason = error.what();
      left_out.push_back(reason.starts_with(loss.name) ? reason : loss.name + ": " + reason);
    }
  }
  if (losses.empty()) {
    throw UsageError("no loss is left to compare: " + left_out.front());
  }
  require_used(options.grid.links, "links", &LossOptions::link, losses, left_out);
  require_used(options.grid.generator_objectives, "generator-objectives", &LossOptions::generator_objective,
               losses, left_out);
  for (const std::string& reason : left_out) {
    spdlog::warn("left out: {}", reason);
  }
  return losses;
}

std::vector<Cell> cells_of(const ComparisonOptions& options, const std::vector<ComparedLoss>& losses) {
  std::vector<Cell> cells;
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

SheetRow sheet_row(const std::string& name, const Cell& cell, const Device& device) {
  const Checkpoint checkpoint = read_checkpoint(latest_checkpoint(cell.run));
  const ModelOptions model = options_of(checkpoint).training.model;
  Generator generator = averaged_generator(checkpoint, model, device.device);
  return {name, generate(generator, latents_from_seed(kSheetColumns, model.latent, 0),
                         labels_for_grid(kSheetColumns, model.classes), device.device)};
}

// The first run of each loss that was evaluated, the best loss first.
cv::Mat sheet_of(const std::vector<RankedLoss>& losses, const std::vector<Cell>& cells,
                 const std::vector<CellResult>& results, const std::string& device_name) {
  const Device device = select_device(device_name);
  std::vector<SheetRow> rows;
  for (const RankedLoss& loss : losses) {
    for (size_t i = 0; i < cells.size(); ++i) {
      if (results[i].loss == loss.loss && results[i].failure.empty()) {
        rows.push_back(sheet_row(std::to_string(rows.size() + 1) + ". " + loss.loss, cells[i], device));
        break;
      }
    }
  }
  return contact_sheet(rows);
}

std::vector<CellResult> results_of(const ComparisonOptions& options, const std::vector<Cell>& cells,
                                   const std::vector<std::string>& failures) {
  std::vector<CellResult> results;
  for (size_t i = 0; i < cells.size(); ++i) {
    const auto evaluation = evaluation_of(cells[i], options.run.steps, options.evaluation);
    results.push_back({cells[i].loss.name, cells[i].seed, evaluation ? *evaluation : nlohmann::ordered_json(),
                       failures[i]});
  }
  return results;
}

std::string notes_on(const std::vector<std::string>& left_out, const std::vector<CellResult>& results) {
  std::string text;
  for (const std::string& reason : left_out) {
    text += "\nleft out: " + reason + "\n";
  }
  for (const CellResult& result : results) {
    if (!result.failure.empty()) {
      text +=
          "\nfailed: " + result.loss + ", seed " + std::to_string(result.seed) + ": " + result.failure + "\n";
    }
  }
  return text;
}

}  // namespace

int run_compare(const Arguments& arguments) {
  ComparisonOptions options;
  std::string config;
  OptionTable table = make_table(options);
  table.add_config(config);
  table.hide({"seed", "max-minutes"});
  if (show_help(arguments, kCompareHelp, table)) {
    return 0;
  }
  read_options(arguments, table, config, options);
  check_options(options);
  std::vector<std::string> left_out;
  const std::vector<ComparedLoss> losses = trainable(options, left_out);
  if (!is_begun(options.run.out)) {
    check_inputs(options);
  }

  const fs::path out = options.run.out;
  create_output_folder(out);
  const RunLock lock({out});
  add_log_file(out / "log.txt");
  write_text_atomically(config_of(out), make_table(options).config_text());
  const std::vector<Cell> cells = cells_of(options, losses);
  spdlog::info("{} runs of {} steps: losses {}, seeds {}", cells.size(), options.run.steps, losses.size(),
               options.grid.seeds.size());
  const std::vector<std::string> failures =
      run_cells(cells, options.run.steps, options.evaluation, options.jobs);

  const std::vector<CellResult> results = results_of(options, cells, failures);
  const std::vector<RankedLoss> order = ranked(results);
  if (order.empty()) {
    throw TrainingError("every run failed; the first one: " + results.front().failure);
  }
  const std::string markdown = to_markdown(order) + notes_on(left_out, results);
  write_text_atomically(out / "table.csv", to_csv(results));
  write_text_atomically(out / "table.md", markdown);
  write_png(out / "contact-sheet.png", sheet_of(order, cells, results, options.run.device));
  std::cout << markdown;
  spdlog::info(
      "table.md, table.csv and contact-sheet.png lie in {}; `ganwright report {}/*/seed-*` makes a page",
      out.string(), out.string());
  return 0;
}

}  // namespace ganwright
