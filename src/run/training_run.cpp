#include "run/training_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "cli/log.h"
#include "cli/progress.h"
#include "errors.h"
#include "files/atomic_file.h"
#include "files/metrics_log.h"
#include "imaging/grid.h"
#include "models/summary.h"
#include "report/event_file.h"
#include "run/loss_options.h"
#include "run/session.h"
#include "run/training_evaluation.h"
#include "system/interrupt.h"
#include "training/peak_memory.h"
#include "training/sampling.h"

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

// Real images that a step takes.
int64_t images_per_step(const TrainingOptions& options) {
  return options.batch_size * options.critic_steps;
}

// Metrics of the steps since the last report, averaged.
class MetricAverages {
 public:
  void add(const torch::Tensor& metrics) {
    sum_ = sum_.defined() ? sum_ + metrics : metrics;
    ++count_;
  }

  // On the CPU; on another device this waits for all steps so far.
  [[nodiscard]] torch::Tensor mean() const { return (sum_ / count_).cpu(); }

  void clear() {
    sum_ = torch::Tensor();
    count_ = 0;
  }

  nlohmann::ordered_json take() {
    const torch::Tensor mean = this->mean();
    nlohmann::ordered_json record;
    for (size_t i = 0; i < step_metric_names().size(); ++i) {
      record[step_metric_names()[i]] = mean[static_cast<int64_t>(i)].item<double>();
    }
    clear();
    return record;
  }

  [[nodiscard]] bool empty() const { return count_ == 0; }

 private:
  torch::Tensor sum_;
  int64_t count_ = 0;
};

std::string describe(const nlohmann::ordered_json& record) {
  const auto number = [&](const char* name) { return record.at(name).get<double>(); };
  // Pairs bound no divergence.
  std::string text = std::isfinite(number("divergence"))
                         ? fmt::format("D_f >= {:.4f}", number("divergence"))
                         : fmt::format("discriminator loss {:.4f}", number("discriminator_loss"));
  if (std::isfinite(number("ratio_fake"))) {
    text += fmt::format(", log ratio real {:+.2f} fake {:+.2f}, E_q[r] {:.3g}", number("log_ratio_real"),
                        number("log_ratio_fake"), number("ratio_fake"));
  }
  return text;
}

class TrainingRun {
 public:
  TrainingRun(const RunOptions& options, const RunDirectory& run, const Dataset& dataset,
              const Device& device, const std::string& config)
      : options_(options),
        run_(run),
        lock_(run),
        notes_{config, dataset.fingerprint, dataset.classes},
        device_(device.device),
        trainer_(options.training, device.device),
        batches_(place_pixels(dataset.pixels, device.device), dataset.labels,
                 images_per_step(options.training), options.training.seed),
        metrics_(run.metrics()),
        events_(run.path),
        latents_(latents_from_seed(options.grid_count, options.training.model.latent, options.training.seed)),
        labels_(labels_for_grid(options.grid_count, options.training.model.classes)),
        progress_("training", options.steps) {
    if (options.evaluate_every > 0) {
      evaluation_.emplace(options, run, dataset, device);
    }
    log_lines(summary(options.training.model, trainer_.generator(), trainer_.discriminator()));
    log_loss(trainer_.loss(), options.training.pairing == Pairing::relativistic);
  }

  void start_from(const InitialRun& initial) {
    take_over_networks(initial.checkpoint, patch_grid(initial.options.training.model),
                       patch_grid(options_.training.model), trainer_);
    spdlog::info("networks start from step {} of {}", initial.checkpoint.step,
                 initial.checkpoint.path.string());
  }

  void resume_from(const Checkpoint& checkpoint) {
    restore_from(checkpoint);
    spdlog::info("resuming after step {} of {}", checkpoint.step, checkpoint.path.string());
    if (evaluation_) {
      evaluation_->recall_best();
    }
    // From here on the run is the one with the changes, also if it is killed before its next checkpoint.
    const std::vector<std::string> changed = changed_hyperparameters(checkpoint.notes.config, options_);
    if (std::find(changed.begin(), changed.end(), "learning-rate") != changed.end()) {
      trainer_.set_rate_scale(1);
    } else if (trainer_.rate_scale() < 1) {
      spdlog::warn("rollbacks have lowered the learning rate: it is {} times the one that is asked for",
                   trainer_.rate_scale());
    }
    if (!changed.empty() || checkpoint.notes.pictures != notes_.pictures) {
      save();
    }
  }

  int run() {
    start_ = reported_ = Clock::now();
    if (saved_step_ < 0) {
      save();
    }
    while (trainer_.steps_done() < options_.steps && !interrupted() && seconds_left() > 0) {
      learning_rate_ = trainer_.learning_rate();
      const torch::Tensor metrics = trainer_.step(batches_.next(device_));
      averages_.add(metrics);
      // Where the metrics lie on another device, looking at each step would wait for it.
      const std::string fault = device_.is_cpu()                ? trainer_.fault_of(metrics)
                                : is_due(trainer_.steps_done()) ? trainer_.fault_of(averages_.mean())
                                                                : "";
      if (fault.empty()) {
        after_step(trainer_.steps_done());
      } else {
        roll_back(fault);
      }
    }
    conclude(/*to_save=*/true, /*to_draw=*/true);
    if (interrupted()) {
      spdlog::warn("interrupted after step {}; go on by `ganwright resume {}`", trainer_.steps_done(),
                   run_.path.string());
      return 130;
    }
    if (trainer_.steps_done() < options_.steps) {
      spdlog::info("time is up after step {} of {}: samples in {}; go on by `ganwright resume {}`",
                   trainer_.steps_done(), options_.steps, run_.samples().string(), run_.path.string());
    } else {
      spdlog::info("done after step {}: samples in {}", trainer_.steps_done(), run_.samples().string());
    }
    return 0;
  }

 private:
  void restore_from(const Checkpoint& checkpoint) {
    restore(checkpoint, trainer_, batches_);
    saved_step_ = checkpoint.step;
    if (!std::filesystem::exists(run_.checkpoint(checkpoint.step))) {
      save();  // of best.safetensors, say: the run needs one to go back to when the later ones are gone
    }
    set_aside_later_files(run_, checkpoint.step);
    metrics_.truncate_after(checkpoint.step);
    if (std::filesystem::exists(run_.evaluations())) {
      MetricsLog(run_.evaluations()).truncate_after(checkpoint.step);
    }
    events_.restart_after(checkpoint.step);
    averages_.clear();
    reported_ = Clock::now();
    reported_images_ = batches_.position();
    reported_clamped_ = trainer_.clamped();
    drawn_step_ = std::filesystem::exists(run_.sample_grid(checkpoint.step)) ? checkpoint.step : -1;
  }

  // The step that failed changed nothing, but those before it led there.
  void roll_back(const std::string& fault) {
    const int64_t step = trainer_.steps_done();
    if (rollbacks_ == options_.max_rollbacks) {
      throw TrainingError(
          fmt::format("{} in step {}, after {} rollbacks; the last good checkpoint is {}: resume it with "
                      "--allow-changes and a smaller --learning-rate or larger --r1 and --r2",
                      fault, step, rollbacks_, latest_checkpoint(run_).string()));
    }
    ++rollbacks_;
    const double rate_scale = trainer_.rate_scale() / 2;
    // A step that fails again as it did, before anything has changed, needs an earlier start.
    const std::vector<std::filesystem::path> checkpoints = list_checkpoints(run_);
    const size_t back = step == failed_step_ && checkpoints.size() > 1 ? 2 : 1;
    failed_step_ = step;
    const Checkpoint checkpoint = read_checkpoint(checkpoints[checkpoints.size() - back]);
    restore_from(checkpoint);
    trainer_.set_rate_scale(rate_scale);
    // So that a kill does not bring the old rate back.
    save();
    spdlog::warn(
        "step {}: {}; back to the checkpoint of step {}, with {} times the learning rate (rollback {} of {})",
        step, fault, checkpoint.step, rate_scale, rollbacks_, options_.max_rollbacks);
  }

  // What --max-minutes leaves.
  [[nodiscard]] double seconds_left() const {
    return options_.max_minutes > 0 ? std::max(0.0, 60 * options_.max_minutes - seconds_since(start_))
                                    : kNoTimeLimit;
  }

  [[nodiscard]] bool is_due(int64_t step) const {
    return step == 1 || step == options_.steps || step % options_.log_every == 0 ||
           step % options_.checkpoint_every == 0 || step % options_.sample_every == 0 || is_to_evaluate(step);
  }

  [[nodiscard]] bool is_to_evaluate(int64_t step) const {
    return evaluation_ && step % options_.evaluate_every == 0;
  }

  void after_step(int64_t step) {
    if (is_due(step)) {
      conclude(step % options_.checkpoint_every == 0, step % options_.sample_every == 0);
    }
    if (is_to_evaluate(step)) {
      evaluate(step);
    }
    progress_.update(step, status_, seconds_left());
  }

  void evaluate(int64_t step) {
    const Clock::time_point start = Clock::now();
    const TrainingEvaluation::Finding found = evaluation_->evaluate(step, trainer_.average());
    events_.add_scalars("evaluation", found.record);
    if (found.is_best) {
      save_checkpoint(run_.best_checkpoint(), trainer_, batches_, notes_);
    }
    // Pictures a second are those of the steps.
    reported_ += Clock::now() - start;
  }

  // Reports on the steps since the last time. The checkpoint comes before all other writing, so that no full
  // disk keeps it from being tried.
  void conclude(bool to_save, bool to_draw) {
    const nlohmann::ordered_json record = averages_.empty() ? nlohmann::ordered_json() : take_record();
    if (to_save && saved_step_ != trainer_.steps_done()) {
      save();
      prune_checkpoints(run_, options_.keep_checkpoints);
    }
    if (!record.empty()) {
      metrics_.append(record);
      events_.add_scalars("training", record);
      status_ = describe(record);
      spdlog::debug("step {}: {}", trainer_.steps_done(), status_);
      warn_of_clamping();
    }
    if (to_draw && drawn_step_ != trainer_.steps_done()) {
      std::error_code ignored;  // the grid then fails, and says why
      std::filesystem::create_directories(run_.samples(), ignored);
      const std::filesystem::path grid = run_.sample_grid(trainer_.steps_done());
      write_png(grid, image_grid(trainer_.sample(latents_, labels_)));
      events_.add_picture("samples", trainer_.steps_done(), grid);
      drawn_step_ = trainer_.steps_done();
    }
  }

  nlohmann::ordered_json take_record() {
    const double seconds = seconds_since(reported_);
    const double rate = static_cast<double>(batches_.position() - reported_images_) / seconds;
    const int64_t step = trainer_.steps_done();
    nlohmann::ordered_json record{
        {"step", step}, {"images", batches_.position()}, {"images_per_second", rate}};
    record["eta_seconds"] =
        std::min(static_cast<double>((options_.steps - step) * images_per_step(options_.training)) / rate,
                 seconds_left());
    record.update(averages_.take());
    record["learning_rate"] = learning_rate_;
    record["clamped"] = trainer_.clamped();
    record["peak_memory_bytes"] = peak_memory(device_);
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
    save_checkpoint(run_.checkpoint(trainer_.steps_done()), trainer_, batches_, notes_);
    saved_step_ = trainer_.steps_done();
  }

  const RunOptions& options_;
  const RunDirectory& run_;
  RunLock lock_;
  RunNotes notes_;
  torch::Device device_;
  Trainer trainer_;
  Batches batches_;
  MetricsLog metrics_;
  EventFile events_;
  torch::Tensor latents_;
  torch::Tensor labels_;
  std::optional<TrainingEvaluation> evaluation_;
  Progress progress_;
  MetricAverages averages_;
  double learning_rate_ = 0;  // of the last step
  std::string status_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point reported_ = Clock::now();
  int64_t reported_images_ = 0;
  int64_t reported_clamped_ = 0;
  int64_t saved_step_ = -1;
  int64_t drawn_step_ = -1;
  int64_t rollbacks_ = 0;
  int64_t failed_step_ = -1;
};

}  // namespace

Dataset load_pictures(RunOptions& options) {
  options.data = std::filesystem::absolute(options.data).lexically_normal().string();
  Dataset dataset = load_image_folder(options.data, image_folder_options(options),
                                      show_progress("reading pictures"), interrupted);
  const size_t classes = dataset.classes.size();
  spdlog::info("{} pictures of {} from {} at {} px, {} ({} unreadable)", dataset.pixels.size(0),
               classes == 1 ? "one class" : fmt::format("{} classes", classes), options.data,
               dataset.pixels.size(2), dataset.pixels.size(1) == 1 ? "grey" : "color", dataset.unreadable);
  set_classes(options, dataset.classes);
  return dataset;
}

int run_training(const RunOptions& options, const RunDirectory& run, const Device& device,
                 const Dataset& dataset, const std::optional<Checkpoint>& checkpoint,
                 const std::optional<InitialRun>& initial) {
  RunOptions stored = options;
  const std::string config = run_option_table(stored).config_text();
  spdlog::info("device: {}", device.description);
  if (options.training.precision == Precision::tf32) {
    if (device.device.is_cpu()) {
      spdlog::warn("--precision tf32 is for CUDA devices; on the CPU it is float32");
    }
    allow_tf32();
  }
  TrainingRun training(options, run, dataset, device, config);
  if (checkpoint) {
    training.resume_from(*checkpoint);
  } else {
    if (initial) {
      training.start_from(*initial);
    }
    const int64_t count = std::min(options.grid_count, dataset.pixels.size(0));
    Batches shown(dataset.pixels, dataset.labels, count, options.training.seed);
    write_png(run.reals(), image_grid(shown.next(torch::kCPU).images));
  }
  write_text_atomically(run.config(), config);
  MetricsLog(run.sessions()).append(session_record(device, checkpoint ? checkpoint->step : 0));
  return training.run();
}

}  // namespace ganwright
