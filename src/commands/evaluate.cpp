#include <spdlog/fmt/ranges.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <filesystem>
#include <iostream>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "evaluation/feature_cache.h"
#include "evaluation/picture_comparison.h"
#include "files/json_lines.h"
#include "report/event_file.h"
#include "run/run_pictures.h"
#include "run/session.h"
#include "system/interrupt.h"
#include "training/checkpoint.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

const HelpText kEvaluateHelp{
    "ganwright evaluate RUN [--data DIR] [options]",
    "Compares pictures of the averaged generator of a run's newest checkpoint with real ones: Frechet\n"
    "and kernel distance, precision, recall, density and coverage of their features, and the sliced\n"
    "Wasserstein distance of their patches; each with a 95 % bootstrap interval and, for reference, the\n"
    "score of real against real pictures. (Intervals of precision and density are over the generated\n"
    "pictures, of recall and coverage over the real ones, the others fixed.) The features are fixed\n"
    "random convolutions, or those of a TorchScript network. The result is appended to the run's\n"
    "evaluations.jsonl.",
    "  ganwright evaluate runs/clothes\n"
    "  ganwright evaluate runs/clothes --data test-pictures --count 2000 --json\n"
    "  ganwright evaluate runs/clothes --features inception-2015-12-05.pt --count 50000 --device cuda\n"
    "  ganwright evaluate runs/clothes --checkpoint best.safetensors\n"};

// Beyond it intervals are narrow and time grows with the square.
constexpr int64_t kMostByDefault = 10'000;

struct EvaluateOptions {
  std::string run;
  std::string data;
  std::string features;
  std::string checkpoint;
  DeviceChoice device = DeviceChoice::automatic;
  std::string cache;
  int64_t count = 0;
  int64_t reals = 0;
  int64_t resamples = 200;
  int64_t seed = 0;
  bool json = false;
};

OptionTable evaluate_table(EvaluateOptions& options) {
  OptionTable table;
  table.add_positional("RUN", options.run, "directory of a run");
  table.add("data", options.data,
            "folder of real pictures (for a --conditional run, one subfolder per class); default: the "
            "training folder");
  table.add("features", options.features,
            "TorchScript file of a network that takes uint8 [n, 3, S, S] (such as StyleGAN's Inception); its "
            "code is executed; default: fixed random convolutions, not comparable with published numbers");
  table.add("count", options.count, 0, 1'000'000,
            "generated pictures; 0: as many as there are real ones, up to 10000");
  table.add("reals", options.reals, 0, OptionTable::kAny,
            "real pictures to draw from the folder; 0: as many as are generated, or all if there are fewer");
  table.add("resamples", options.resamples, 0, 100'000, "draws of the bootstrap; 0: no intervals");
  table.add("checkpoint", options.checkpoint, "file in the run's checkpoints; default: the newest");
  table.add("seed", options.seed, 0, OptionTable::kAny, "of the latents");
  table.add("device", options.device, device_names, "where to compute");
  table.add("cache", options.cache,
            "cache for decoded pictures and real features: a folder, auto or none; default: as in the run");
  table.add_flag("json", options.json, "print one JSON object");
  return table;
}

// How many pictures are compared.
struct Counts {
  int64_t generated;
  int64_t reals;
  int64_t half;  ///< of the comparison that real pictures take part in on both sides
};

Counts counts_of(const EvaluateOptions& options, int64_t available, const std::string& folder) {
  require_comparable(available, folder);
  if (options.reals > available || (options.reals > 0 && options.reals < kFewestReals)) {
    throw UsageError("--reals " + std::to_string(options.reals) + ": " + folder + " holds " +
                     std::to_string(available) + " pictures; give a number from " +
                     std::to_string(kFewestReals) + " to that");
  }
  const int64_t generated = options.count > 0 ? options.count : std::min(available, kMostByDefault);
  const int64_t reals =
      options.reals > 0 ? options.reals : std::max(kFewestReals, std::min(available, generated));
  return {generated, reals, std::min(generated, reals / 2)};
}

// The classes of the real pictures as the run numbers them.
torch::Tensor labels_of_run(const Dataset& dataset, const std::vector<std::string>& classes,
                            const std::string& folder) {
  const std::vector<std::string> names = stored_classes(dataset.classes);
  std::vector<int64_t> places;
  for (const std::string& name : names) {
    const auto found = std::find(classes.begin(), classes.end(), name);
    if (found == classes.end()) {
      throw DataError("the run has no class '" + name + "' of " + folder + "; it has " +
                      fmt::format("{}", fmt::join(classes, ", ")) + ": sort the pictures into these");
    }
    places.push_back(found - classes.begin());
  }
  return torch::tensor(places, torch::kInt64).index_select(0, dataset.labels);
}

Dataset load_reals(const EvaluateOptions& options, RunOptions& run) {
  if (!options.data.empty()) {
    run.data = options.data;
  }
  if (!options.cache.empty()) {
    run.cache = options.cache;
  }
  return read_pictures(run);
}

FeatureExtractor extractor_of(const EvaluateOptions& options, const Device& device) {
  return options.features.empty() ? random_features(device) : torchscript_features(options.features, device);
}

// What is compared in one evaluation.
struct Sets {
  PictureSet real;
  PictureSet generated;
};

struct Evaluation {
  std::vector<NamedEstimate> estimates;         // all generated against all real pictures
  std::vector<ConfidenceInterval> intervals;    // of these; none without resampling
  std::vector<NamedEstimate> half;              // as many generated as half of the real ones, against these
  std::vector<NamedEstimate> real_versus_real;  // the other half against these
};

Evaluation evaluate(const Sets& sets, const Counts& counts, int64_t resamples, const Device& device) {
  constexpr int64_t total = 3 * kComputationsOfComparison;
  Progress progress("comparing", total);
  progress.update(0);
  int64_t done = 0;
  const auto compare = [&](const PictureSet& real, const PictureSet& other) {
    return compare_pictures(real, other, {}, device, [&] {
      if (interrupted()) {
        throw Interrupted("interrupted; nothing was added to the run");
      }
      progress.update(++done);
    });
  };
  const PictureSet reference = sets.real.part(0, counts.half);
  Evaluation result;
  result.estimates = compare(sets.real, sets.generated);
  result.half = compare(reference, sets.generated.part(0, counts.half));
  result.real_versus_real = compare(reference, sets.real.part(counts.half, counts.half));
  if (resamples > 0) {
    try {
      result.intervals = bootstrap_intervals(result.estimates, counts.reals, counts.generated, resamples,
                                             show_progress("resampling"), interrupted);
    } catch (const Interrupted&) {
      spdlog::warn("interrupted while resampling: the numbers are kept, without intervals");
    }
  }
  return result;
}

nlohmann::ordered_json numbers_of(const std::vector<NamedEstimate>& estimates) {
  nlohmann::ordered_json numbers = nlohmann::ordered_json::object();
  for (const auto& [name, estimate] : estimates) {
    numbers[name] = number_or_null(estimate.value);
  }
  return numbers;
}

nlohmann::ordered_json record_of(const Evaluation& result, const Counts& counts, int64_t step,
                                 const FeatureExtractor& extractor, const std::string& data) {
  nlohmann::ordered_json record{{"step", step},
                                {"features", extractor.name},
                                {"data", data},
                                {"count", counts.generated},
                                {"reals", counts.reals}};
  record.update(numbers_of(result.estimates));
  if (!result.intervals.empty()) {
    nlohmann::ordered_json intervals;
    for (size_t i = 0; i < result.intervals.size(); ++i) {
      intervals[result.estimates[i].name] = {number_or_null(result.intervals[i].low),
                                             number_or_null(result.intervals[i].high)};
    }
    record["intervals"] = intervals;
  }
  record["half"] = {{"count", counts.half},
                    {"generated", numbers_of(result.half)},
                    {"real", numbers_of(result.real_versus_real)}};
  return record;
}

void print_table(const Evaluation& result, const Counts& counts, const Checkpoint& checkpoint,
                 const EvaluateOptions& options, const std::string& data) {
  std::cout << fmt::format("{}, step {}: {} generated pictures and {} real ones of {}\n",
                           checkpoint.path.string(), checkpoint.step, counts.generated, counts.reals, data);
  std::cout << "features: "
            << (options.features.empty()
                    ? "fixed random convolutions, not comparable with published numbers; --features takes a "
                      "trained network"
                    : options.features)
            << "\n\n";
  const std::string half = fmt::format("of {}:", counts.half);
  std::cout << fmt::format("{:<24}{:>11}  {:<24}{:>12}{:>12}\n", "", "generated", "95 % interval",
                           half + " gen.", "real");
  for (size_t i = 0; i < result.estimates.size(); ++i) {
    const std::string interval =
        result.intervals.empty()
            ? ""
            : fmt::format("{:.4g} to {:.4g}", result.intervals[i].low, result.intervals[i].high);
    std::cout << fmt::format("{:<24}{:>11.4g}  {:<24}{:>12.4g}{:>12.4g}\n", result.estimates[i].name,
                             result.estimates[i].estimate.value, interval, result.half[i].estimate.value,
                             result.real_versus_real[i].estimate.value);
  }
  std::cout << fmt::format(
      "\nLower is better for distances, higher for the rest. The last two columns compare {0} generated\n"
      "and {0} real pictures with the same {0} other real ones; a perfect generator scores the last.\n",
      counts.half);
}

// Throws WriteError.
void add_to_run(const RunDirectory& run, const nlohmann::ordered_json& record) {
  try {
    // Opened no earlier: a training that goes back to a checkpoint meanwhile replaces the file.
    JsonLines(run.evaluations()).append(record);
    // Not beside those of a training, which a reader would leave for a newer file.
    const std::filesystem::path events = run.path / "evaluation";
    std::error_code ignored;  // the file then cannot be written, and says why
    std::filesystem::create_directories(events, ignored);
    EventFile(events).add_scalars("evaluation", record);
  } catch (const OutputError&) {
    throw WriteError("could not append the evaluation to " + run.path.string() +
                     ", which cannot be written to; change its permissions, or copy the run");
  }
}

int run_evaluate(const EvaluateOptions& options) {
  if (options.resamples == 1) {
    throw UsageError("--resamples 1: an interval needs at least 2 resamples, and about 100 to be meaningful");
  }
  if (options.count == 1) {
    throw UsageError("--count 1: a comparison needs at least 2 pictures");
  }
  const RunDirectory run = open_run(options.run);
  const Checkpoint checkpoint = read_checkpoint_of(run, options.checkpoint);
  RunOptions run_options = options_of(checkpoint);
  if (run_options.cache != "none" && !was_trained_here(run)) {
    run_options.cache = "auto";  // what came from elsewhere does not choose where this machine is written to
  }
  const ModelOptions model = run_options.training.model;
  const Device device = select_device(options.device);
  const FeatureExtractor extractor = extractor_of(options, device);
  const Dataset dataset = load_reals(options, run_options);
  const Counts counts = counts_of(options, dataset.pixels.size(0), run_options.data);
  const torch::Tensor labels =
      model.classes > 0
          ? labels_in_proportion(labels_of_run(dataset, checkpoint.notes.classes, run_options.data),
                                 counts.generated)
          : torch::Tensor();
  const Generator generator = averaged_generator(checkpoint, model, device.device);
  Sets sets;
  sets.real.pixels = chosen_pictures(dataset, counts.reals);
  sets.real.features = cached_features(image_folder_options(run_options).cache, extractor, sets.real.pixels,
                                       show_progress("features of real pictures"), interrupted);
  sets.generated.pixels =
      drawn_pictures(generator, latents_from_seed(counts.generated, model.latent, options.seed), labels,
                     device, show_progress("generating"), interrupted);
  sets.generated.features = features_of(extractor, sets.generated.pixels,
                                        show_progress("features of generated pictures"), interrupted);
  const Evaluation result = evaluate(sets, counts, options.resamples, device);
  const nlohmann::ordered_json record =
      record_of(result, counts, checkpoint.step, extractor, run_options.data);
  if (options.json) {
    std::cout << record.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) << "\n";
  } else {
    print_table(result, counts, checkpoint, options, run_options.data);
  }
  add_to_run(run, record);
  return interrupted() ? 130 : 0;
}

}  // namespace

CommandBody evaluate_command() {
  return command_body(kEvaluateHelp, evaluate_table, run_evaluate);
}

}  // namespace ganwright
