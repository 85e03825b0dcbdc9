#include "run/run_study.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <utility>

#include "cli/progress.h"
#include "errors.h"
#include "files/bytes.h"
#include "files/json_lines.h"
#include "files/partial.h"
#include "imaging/grid.h"
#include "plots/loss_plot.h"
#include "report/html.h"
#include "report/nearest_pictures.h"
#include "run/loss_options.h"
#include "run/run_options.h"
#include "run/run_pictures.h"
#include "run/session.h"
#include "system/interrupt.h"
#include "training/checkpoint.h"
#include "training/interpolation.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

// What `make` returns, or the reason why it could not; an interrupt goes on.
template <class Content>
Part<Content> attempt(const std::function<Content()>& make) {
  try {
    return {make(), ""};
  } catch (const Interrupted&) {
    throw;
  } catch (const std::exception& error) {
    const std::string text = error.what();
    return {std::nullopt, text.substr(0, text.find('\n')) + "."};
  }
}

// Curves, or none and a remark where the file cannot be read.
Curves curves_or_remark(const std::filesystem::path& path, int64_t points,
                        const std::vector<std::string>& kind, std::vector<std::string>& remarks) {
  const auto curves = attempt<Curves>([&] { return read_curves(path, points, kind); });
  if (!curves.content) {
    remarks.push_back(curves.reason);
  }
  return curves.content.value_or(Curves());
}

// The options of a run: those of its newest checkpoint, or else its config.cfg.
RunOptions options_of_run(const RunDirectory& run, const std::optional<Checkpoint>& checkpoint) {
  RunOptions options;
  if (checkpoint) {
    options = options_of(*checkpoint);
  } else {
    OptionTable table = run_option_table(options);
    take_former_defaults(table);
    table.parse_file(run.config());
  }
  return options;
}

std::vector<std::pair<std::string, std::string>> values_of(RunOptions options) {
  const OptionTable table = run_option_table(options);
  std::vector<std::pair<std::string, std::string>> values;
  for (const std::string& name : table.names()) {
    values.emplace_back(name, table.value_of(name));
  }
  return values;
}

std::set<std::string> unusual(const std::vector<std::pair<std::string, std::string>>& values) {
  std::set<std::string> names;
  const auto defaults = values_of({});
  for (size_t i = 0; i < values.size(); ++i) {
    if (values[i].second != defaults[i].second) {
      names.insert(values[i].first);
    }
  }
  return names;
}

std::string loss_options_text(LossOptions options) {
  OptionTable table;
  add_loss_options(table, options);
  return table.config_text();
}

LossReport loss_report(const LossOptions& options) {
  const Loss loss = make_loss(options);
  const auto plot = attempt<std::string>([&] {
    // gnuplot writes files; this one lives as long as it takes to read it back.
    const PartialFolder folder(std::filesystem::temp_directory_path() / "ganwright");
    draw_loss(loss, folder.path() / "loss.svg");
    return data_url("image/svg+xml", read_file(folder.path() / "loss.svg", uint64_t{1} << 26));
  });
  return {summarize(loss), plot};
}

EmbeddedPicture embed_one(const torch::Tensor& picture) {
  return embed(image_grid(picture.unsqueeze(0), 1, 1));
}

double median_of(const torch::Tensor& values) {
  return values.median().item<double>();
}

NeighborStudy study_neighbors(const RunOptions& options, const Checkpoint& checkpoint,
                              const torch::Tensor& samples, int64_t shown_samples) {
  constexpr int64_t kShownReals = 5;
  const Dataset dataset = read_pictures(options);
  const auto nearest_to = [&](const torch::Tensor& queries, int64_t k) {
    return nearest_pictures(queries, dataset.pixels, k, show_progress("comparing pictures"), interrupted);
  };
  NeighborStudy study{.step = checkpoint.step, .samples = samples.size(0), .reals = dataset.pixels.size(0)};
  const NearestPictures found = nearest_to(samples, kShownReals);
  const torch::Tensor distances = found.distances.select(1, 0);
  study.median_distance = median_of(distances);
  // As many real pictures, spread over the folder; the nearest to each is itself.
  const int64_t compared = std::min(study.samples, study.reals);
  const torch::Tensor chosen = torch::arange(compared) * study.reals / compared;
  const NearestPictures among =
      nearest_to(dataset.pixels.index_select(0, chosen.to(torch::kInt64)), std::min<int64_t>(2, study.reals));
  study.median_among_reals =
      among.distances.size(1) > 1 ? median_of(among.distances.select(1, 1)) : std::nan("");
  const torch::Tensor order = distances.argsort();
  for (int64_t row = 0; row < std::min(shown_samples, study.samples); ++row) {
    const auto sample = order[row].item<int64_t>();
    Neighbors neighbors{embed_one(samples[sample]), {}};
    for (int64_t i = 0; i < found.indices.size(1); ++i) {
      const auto index = found.indices[sample][i].item<int64_t>();
      const std::filesystem::path path = dataset.paths[static_cast<size_t>(index)];
      neighbors.real.push_back({embed_one(dataset.pixels[index]), found.distances[sample][i].item<double>(),
                                path.lexically_proximate(options.data).string()});
    }
    study.nearest.push_back(std::move(neighbors));
  }
  if (compare_fingerprints(dataset.fingerprint, checkpoint.notes.pictures) == Sameness::different) {
    study.remark = "The pictures in " + options.data + " are not those that the run was trained with.";
  }
  return study;
}

Interpolations draw_interpolations(const RunOptions& options, const Checkpoint& checkpoint,
                                   Generator& generator, const torch::Device& device) {
  constexpr int64_t kRows = 5;
  constexpr int64_t kSteps = 9;
  const ModelOptions& model = options.training.model;
  const torch::Tensor paths =
      latent_paths(kRows, 2, kSteps, /*closed=*/false, model.latent, options.training.seed);
  const int64_t columns = paths.size(1);
  const torch::Tensor labels =
      model.classes > 0 ? labels_for_grid(kRows, model.classes).repeat_interleave(columns) : torch::Tensor();
  const torch::Tensor pictures = generate(generator, paths.flatten(0, 1), labels, device);
  return {checkpoint.step, embed(image_grid(pictures, columns, 1)), kRows, columns};
}

}  // namespace

RunReport RunStudy::read(const RunDirectory& run, const std::string& name) {
  RunReport report;
  report.name = name;
  const bool is_own = was_trained_here(run);
  report.metrics = curves_or_remark(run.metrics(), limits_.points, {}, report.remarks);
  report.evaluations = curves_or_remark(run.evaluations(), limits_.points,
                                        {"features", "count", "reals", "data"}, report.remarks);
  if (is_own || !std::filesystem::is_symlink(run.samples())) {
    report.samples = read_grids(run.samples(), limits_.grids, limits_.grid_bytes);
  }
  report.reals = attempt<EmbeddedPicture>([&] { return embed_file(run.reals()); }).content;
  report.sessions = read_json_lines(run.sessions());

  const auto checkpoint = attempt<Checkpoint>([&] { return read_checkpoint(latest_checkpoint(run)); });
  auto options = attempt<RunOptions>([&] { return options_of_run(run, checkpoint.content); });
  if (!options.content) {
    report.options.reason = report.loss.reason = options.reason;
    report.neighbors.reason = report.interpolations.reason = options.reason;
    return report;
  }
  report.options.content = values_of(*options.content);
  report.unusual = unusual(*report.options.content);
  const LossOptions& loss = options.content->training.loss;
  report.loss_options = loss_options_text(loss);
  const auto [known, is_new] = losses_.try_emplace(report.loss_options);
  if (is_new) {
    known->second = attempt<LossReport>([&] { return loss_report(loss); });
  }
  report.loss = known->second;
  if (!checkpoint.content) {
    report.neighbors.reason = report.interpolations.reason = checkpoint.reason;
    return report;
  }
  Drawn& drawn = drawn_[run.path.string()];
  if (drawn.checkpoint != checkpoint.content->path) {
    std::string refusal;
    if (!data_.empty()) {
      options.content->data = data_;
    } else if (!is_own) {
      refusal = "The run was not trained in this folder, so the pictures that it names, " +
                options.content->data + ", were not read; give a folder of real pictures by --data.";
    }
    if (!is_own && options.content->cache != "none") {
      options.content->cache = "auto";
    }
    drawn = draw(*options.content, *checkpoint.content, refusal);
  }
  report.neighbors = drawn.neighbors;
  report.interpolations = drawn.interpolations;
  return report;
}

RunStudy::Drawn RunStudy::draw(const RunOptions& options, const Checkpoint& checkpoint,
                               const std::string& refusal) const {
  constexpr int64_t kMostSamples = 64;
  const ModelOptions& model = options.training.model;
  Drawn drawn{.checkpoint = checkpoint.path, .neighbors = {}, .interpolations = {}};
  const auto generator =
      attempt<Generator>([&] { return averaged_generator(checkpoint, model, device_.device); });
  if (!generator.content) {
    drawn.neighbors.reason = drawn.interpolations.reason = generator.reason;
    return drawn;
  }
  Generator network = *generator.content;
  drawn.interpolations = attempt<Interpolations>(
      [&] { return draw_interpolations(options, checkpoint, network, device_.device); });
  if (!refusal.empty()) {
    drawn.neighbors.reason = refusal;
    return drawn;
  }
  drawn.neighbors = attempt<NeighborStudy>([&] {
    const int64_t count = std::min(options.grid_count, kMostSamples);
    const torch::Tensor samples =
        generate(network, latents_from_seed(count, model.latent, options.training.seed),
                 labels_for_grid(count, model.classes), device_.device);
    return study_neighbors(options, checkpoint, to_bytes(samples), limits_.neighbors);
  });
  return drawn;
}

}  // namespace ganwright
