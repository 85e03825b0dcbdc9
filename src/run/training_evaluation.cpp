#include "run/training_evaluation.h"

#include <spdlog/spdlog.h>

#include <algorithm>

#include "cli/output.h"
#include "errors.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

constexpr int64_t kMostPictures = 1000;
// Seconds for 1000 pictures rather than the minute of all patches and directions.
constexpr PatchDistanceOptions kPatches{.patches = 16, .directions = 128};

int64_t count_of(const Dataset& dataset) {
  if (dataset.pixels.size(0) < 2) {
    throw DataError("--evaluate-every takes at least 2 pictures; leave it out, or add some to the folder");
  }
  return std::min(dataset.pixels.size(0), kMostPictures);
}

double value_of(const std::vector<NamedEstimate>& estimates, const std::string& name) {
  return std::find_if(estimates.begin(), estimates.end(), [&](const auto& item) { return item.name == name; })
      ->estimate.value;
}

}  // namespace

TrainingEvaluation::TrainingEvaluation(const RunOptions& options, const RunDirectory& run,
                                       const Dataset& dataset, const Device& device)
    : run_(run),
      model_(options.training.model),
      device_(device),
      extractor_(random_features(device_)),
      latents_(latents_from_seed(count_of(dataset), model_.latent, options.training.seed)),
      labels_(model_.classes > 0 ? labels_in_proportion(dataset.labels, count_of(dataset))
                                 : torch::Tensor()) {
  reals_.pixels = chosen_pictures(dataset, count_of(dataset));
  reals_.features = features_of(extractor_, reals_.pixels);
}

std::vector<NamedEstimate> TrainingEvaluation::compare(const Generator& generator) const {
  PictureSet drawn{drawn_pictures(generator, latents_, labels_, device_), {}};
  drawn.features = features_of(extractor_, drawn.pixels);
  return compare_pictures(reals_, drawn, kPatches, device_);
}

void TrainingEvaluation::recall_best() {
  if (!std::filesystem::exists(run_.best_checkpoint())) {
    return;
  }
  try {
    const Checkpoint best = read_checkpoint(run_.best_checkpoint());
    best_ = value_of(compare(averaged_generator(best, model_, device_.device)), kMetric);
    spdlog::info("the best checkpoint so far is of step {}, {} {:.4g}", best.step, kMetric, best_);
  } catch (const CheckpointError& error) {
    spdlog::warn("the best checkpoint so far cannot be read and will be replaced: {}", error.what());
  }
}

TrainingEvaluation::Finding TrainingEvaluation::evaluate(int64_t step, const Generator& average) {
  const std::vector<NamedEstimate> estimates = compare(average);
  nlohmann::ordered_json record{
      {"step", step}, {"features", extractor_.name}, {"count", reals_.count()}, {"reals", reals_.count()}};
  std::string text;
  for (const auto& [name, estimate] : estimates) {
    record[name] = number_or_null(estimate.value);
    text += fmt::format(", {} {:.4g}", name, estimate.value);
  }
  const double value = value_of(estimates, kMetric);
  const bool is_best = value < best_;
  best_ = std::min(best_, value);
  spdlog::info("step {}{}: {}", step, is_best ? " (the best so far)" : "", text.substr(2));
  return {record, is_best};
}

}  // namespace ganwright
