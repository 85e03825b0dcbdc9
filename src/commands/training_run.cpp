#include "commands/training_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "commands/loss_options.h"
#include "commands/show_progress.h"
#include "errors.h"
#include "imaging/grid.h"
#include "models/summary.h"
#include "training/atomic_file.h"
#include "training/interrupt.h"
#include "training/metrics_log.h"
#include "training/progress.h"

namespace ganwright {
namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Pictures stay as bytes on the device where they take at most half of what is free, on the CPU elsewhere.
torch::Tensor place_pixels(const torch::Tensor& pixels, const torch::Device& device) {
  const auto bytes = static_cast<int64_t>(pixels.nbytes());
  return device.is_cuda() && bytes < free_memory(device) / 2 ? pixels.to(device) : pixels;
}

// Metrics of the steps since the last report, averaged.
class MetricAverages {
 public:
  void add(const torch::Tensor& metrics) {
    sum_ = sum_.defined() ? sum_ + metrics : metrics;
    ++count_;
  }

  nlohmann::ordered_json take() {
    const torch::Tensor mean = (sum_ / count_).cpu();
    nlohmann::ordered_json record;
    for (size_t i = 0; i < step_metric_names().size(); ++i) {
      record[step_metric_names()[i]] = mean[static_cast<int64_t>(i)].item<double>();
    }
    sum_ = torch::Tensor();
    count_ = 0;
    return record;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  torch::Tensor sum_;
  int64_t count_ = 0;
};

std::string describe(const nlohmann::ordered_json& record) {
  const auto number = [&](const char* name) { return record.at(name).get<double>(); };
  std::string text = fmt::format("D_f >= {:.4f}", number("divergence"));
  if (std::isfinite(number("ratio_fake"))) {
    text += fmt::format(", log ratio real {:+.2f} fake {:+.2f}, E_q[r] {:.3g}", number("log_ratio_real"),
                        number("log_ratio_fake"), number("ratio_fake"));
  }
  return text;
}

void check_finite(const nlohmann::ordered_json& record, int64_t step) {
  for (const char* name :
       {"discriminator_loss", "generator_loss", "discriminator_gradient_norm", "generator_gradient_norm"}) {
    if (!std::isfinite(record.at(name).get<double>())) {
      throw TrainingError(
          fmt::format("{} is no finite number any more in the steps up to {}; resume from the last "
                      "checkpoint with --allow-changes and a smaller --learning-rate or larger --r1 "
                      "and --r2",
                      name, step));
    }
  }
}

class TrainingRun {
 public:
  TrainingRun(const RunOptions& options, const RunDirectory& run, const Dataset& dataset,
              const Device& device, const std::string& config)
      : options_(options),
        run_(run),
        lock_(run),
        config_(config),
        pictures_(dataset.fingerprint),
        device_(device.device),
        trainer_(options.training, device.device),
        batches_(place_pixels(dataset.pixels, device.device), options.training.batch_size,
                 options.training.seed),
        metrics_(run.metrics()),
        latents_(latents_from_seed(options.grid_count, options.training.model.latent, options.training.seed)),
        progress_("training", options.steps) {
    spdlog::info("{}", summary(options.training.model, trainer_.generator(), trainer_.discriminator()));
    log_loss(trainer_.loss());
  }

  void restore_from(const Checkpoint& checkpoint) {
    restore(checkpoint, trainer_, batches_);
    set_aside_checkpoints_after(run_, checkpoint.step);
    metrics_.truncate_after(checkpoint.step);
    reported_images_ = batches_.position();
    reported_clamped_ = trainer_.clamped();
    spdlog::info("resuming after step {} of {}", checkpoint.step, checkpoint.path.string());
    // From here on the run is the one with the changes, also if it is killed before its next checkpoint.
    if (!changed_hyperparameters(checkpoint.config, options_).empty() || checkpoint.pictures != pictures_) {
      save();
    }
    saved_step_ = checkpoint.step;
  }

  int run() {
    start_ = reported_ = Clock::now();
    while (trainer_.steps_done() < options_.steps && !interrupted() && seconds_left() > 0) {
      averages_.add(trainer_.step(batches_.next(device_)));
      after_step(trainer_.steps_done());
    }
    conclude(/*to_save=*/true, /*to_draw=*/true);
    if (interrupted()) {
      spdlog::warn("interrupted after step {}; go on by `ganwright resume {}`", trainer_.steps_done(),
                   run_.path.string());
      return 130;
    }
    spdlog::info("done after step {}: samples in {}", trainer_.steps_done(), run_.samples().string());
    return 0;
  }

 private:
  // What --max-minutes leaves.
  [[nodiscard]] double seconds_left() const {
    return options_.max_minutes > 0 ? std::max(0.0, 60 * options_.max_minutes - seconds_since(start_))
                                    : kNoTimeLimit;
  }

  void after_step(int64_t step) {
    const bool to_save = step % options_.checkpoint_every == 0;
    const bool to_draw = step % options_.sample_every == 0;
    if (to_save || to_draw || step % options_.log_every == 0 || step == 1) {
      conclude(to_save, to_draw);
    }
    progress_.update(step, status_, seconds_left());
  }

  // Reports on the steps since the last time. The checkpoint comes before all other writing, so that no full
  // disk keeps it from being tried, and after the check, so that no state that is not finite is ever saved.
  void conclude(bool to_save, bool to_draw) {
    const nlohmann::ordered_json record = averages_.empty() ? nlohmann::ordered_json() : take_record();
    if (!record.empty()) {
      check_finite(record, trainer_.steps_done());
    }
    if (to_save && saved_step_ != trainer_.steps_done()) {
      save();
      prune_checkpoints(run_, options_.keep_checkpoints);
    }
    if (!record.empty()) {
      metrics_.append(record);
      status_ = describe(record);
      spdlog::debug("step {}: {}", trainer_.steps_done(), status_);
      warn_of_clamping();
    }
    if (to_draw) {
      std::filesystem::create_directories(run_.samples());
      write_png(run_.sample_grid(trainer_.steps_done()), image_grid(trainer_.sample(latents_)));
    }
  }

  nlohmann::ordered_json take_record() {
    const double seconds = seconds_since(reported_);
    const double rate = static_cast<double>(batches_.position() - reported_images_) / seconds;
    const int64_t step = trainer_.steps_done();
    nlohmann::ordered_json record{
        {"step", step}, {"images", batches_.position()}, {"images_per_second", rate}};
    record["eta_seconds"] = std::min(
        static_cast<double>((options_.steps - step) * options_.training.batch_size) / rate, seconds_left());
    record.update(averages_.take());
    record["clamped"] = trainer_.clamped();
    reported_ = Clock::now();
    reported_images_ = batches_.position();
    return record;
  }

  void warn_of_clamping() {
    if (trainer_.clamped() > reported_clamped_) {
      spdlog::warn("{} values of the objective were beyond float32 and clamped (up to step {})",
                   trainer_.clamped() - reported_clamped_, trainer_.steps_done());
      reported_clamped_ = trainer_.clamped();
    }
  }

  void save() {
    save_checkpoint(run_.checkpoint(trainer_.steps_done()), trainer_, batches_, config_, pictures_);
    saved_step_ = trainer_.steps_done();
  }

  const RunOptions& options_;
  const RunDirectory& run_;
  RunLock lock_;
  const std::string& config_;
  const std::string& pictures_;
  torch::Device device_;
  Trainer trainer_;
  Batches batches_;
  MetricsLog metrics_;
  torch::Tensor latents_;
  Progress progress_;
  MetricAverages averages_;
  std::string status_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
  int64_t reported_images_ = 0;
  int64_t reported_clamped_ = 0;
  int64_t saved_step_ = -1;
};

}  // namespace

Dataset load_pictures(RunOptions& options) {
  options.data = std::filesystem::absolute(options.data).lexically_normal().string();
  Dataset dataset = load_image_folder(options.data, image_folder_options(options),
                                      show_progress("reading pictures"), interrupted);
  spdlog::info("{} pictures of {} classes from {} at {} px, {} channels ({} unreadable)",
               dataset.pixels.size(0), dataset.classes.size(), options.data, dataset.pixels.size(2),
               dataset.pixels.size(1), dataset.unreadable);
  return dataset;
}

int run_training(const RunOptions& options, const RunDirectory& run, const Device& device,
                 const Dataset& dataset, const std::optional<Checkpoint>& checkpoint) {
  RunOptions stored = options;
  const std::string config = run_option_table(stored).config_text();
  spdlog::info("device: {}", device.description);
  TrainingRun training(options, run, dataset, device, config);
  if (checkpoint) {
    training.restore_from(*checkpoint);
  } else {
    const int64_t count = std::min(options.grid_count, dataset.pixels.size(0));
    Batches shown(dataset.pixels, count, options.training.seed);
    write_png(run.reals(), image_grid(shown.next(torch::kCPU)));
  }
  write_text_atomically(run.config(), config);
  return training.run();
}

}  // namespace ganwright
