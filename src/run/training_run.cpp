#include "run/training_run.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "cli/log.h"
#include "cli/progress.h"
#include "errors.h"
#include "files/atomic_file.h"
#include "files/json_lines.h"
#include "imaging/grid.h"
#include "models/summary.h"
#include "run/loss_options.h"
#include "run/metrics_writer.h"
#include "run/owed.h"
#include "run/session.h"
#include "run/training_evaluation.h"
#include "system/interrupt.h"
#include "training/peak_memory.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

using Clock = std::chrono::steady_clock;

// Pictures stay as bytes on the device where they take at most half of what is free, on the CPU elsewhere.
torch::Tensor place_pixels(const torch::Tensor& pixels, const torch::Device& device) {
  const auto bytes = static_cast<int64_t>(pixels.nbytes());
  return device.is_cuda() && bytes < free_memory(device) / 2 ? pixels.to(device) : pixels;
}

std::string config_text(RunOptions options) {
  return run_option_table(options).config_text();
}

class TrainingRun {
 public:
  explicit TrainingRun(const TrainingSetup& setup)
      : options_(setup.options),
        run_(setup.run),
        notes_{config_text(setup.options), setup.dataset.fingerprint, setup.dataset.classes, ""},
        device_(setup.device.device),
        trainer_(setup.options.training, setup.loss, setup.device.device),
        batches_(place_pixels(setup.dataset.pixels, device_), setup.dataset.labels,
                 options_.training.batch_size * options_.training.critic_steps, options_.training.seed),
        report_(setup.run, setup.options),
        latents_(
            latents_from_seed(options_.grid_count, options_.training.model.latent, options_.training.seed)),
        labels_(labels_for_grid(options_.grid_count, options_.training.model.classes)),
        progress_("training", options_.steps) {
    if (options_.evaluate_every > 0) {
      evaluation_.emplace(options_, run_, setup.dataset, setup.device);
    }
    log_lines(summary(options_.training.model, trainer_.generator(), trainer_.discriminator()));
    log_loss(setup.loss, options_.training.pairing == Pairing::relativistic);
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
      spdlog::warn("rollbacks have reduced the learning rate to {} times the configured value",
                   trainer_.rate_scale());
    }
    if (!changed.empty() || checkpoint.notes.pictures != notes_.pictures) {
      save();
    }
    make_up_for(outstanding(owed_, run_, checkpoint.step));
  }

  int run() {
    start_ = Clock::now();
    minutes_before_ = trainer_.minutes();
    report_.begin(standing());
    if (saved_step_ < 0) {
      save();
    }
    while (trainer_.steps_done() < options_.steps && !interrupted() && seconds_left() > 0) {
      trainer_.set_minutes(minutes_before_ +
                           std::chrono::duration<double, std::ratio<60>>(Clock::now() - start_).count());
      learning_rate_ = trainer_.learning_rate();
      const torch::Tensor metrics = trainer_.step(batches_.next(device_));
      report_.add(metrics);
      const int64_t step = trainer_.steps_done();
      const Due due = due_after(step);
      if (const std::string fault = fault_now(metrics, due); !fault.empty()) {
        roll_back(fault);
        continue;
      }
      if (due.report) {
        const nlohmann::ordered_json record = report_.take_record(standing());
        // The checkpoint comes before all other writing, so that no full disk keeps it from being tried, and
        // lists that, so that a kill in between loses none of it.
        owe({{record}, {}, due.grid, due.evaluation});
        if (due.checkpoint) {
          save_and_prune();
        }
        report_.write(record);
        if (due.grid) {
          draw();
        }
      }
      if (due.evaluation) {
        evaluate(step);
      }
      progress_.update(step, report_.status(), seconds_left());
    }
    const nlohmann::ordered_json rest = report_.take_record(standing());
    if (!rest.empty()) {
      owe({{rest}, {}, true, false});
    }
    save_and_prune();
    if (!rest.empty()) {
      report_.write(rest);
    }
    draw();
    report_.finish();
    return tell_end();
  }

 private:
  [[nodiscard]] int tell_end() const {
    if (interrupted()) {
      spdlog::warn("interrupted after step {}; continue with `ganwright resume {}`", trainer_.steps_done(),
                   run_.path.string());
      return 130;
    }
    if (trainer_.steps_done() < options_.steps) {
      spdlog::info(
          "time limit reached after step {} of {}; samples in {}; continue with `ganwright resume {}`",
          trainer_.steps_done(), options_.steps, run_.samples().string(), run_.path.string());
    } else {
      spdlog::info("done after step {}: samples in {}", trainer_.steps_done(), run_.samples().string());
    }
    return 0;
  }

  void restore_from(const Checkpoint& checkpoint) {
    restore(checkpoint, trainer_, batches_);
    saved_step_ = checkpoint.step;
    owe(parse_owed(checkpoint.notes.owed));
    if (!std::filesystem::exists(run_.checkpoint(checkpoint.step))) {
      save();  // of best.safetensors, say: the run needs one to go back to when the later ones are gone
    }
    set_aside_later_files(run_, checkpoint.step);
    remove_partial_files(run_);
    report_.restart_at(standing());
    drawn_step_ = std::filesystem::exists(run_.sample_grid(checkpoint.step)) ? checkpoint.step : -1;
  }

  // What follows a step.
  struct Due {
    bool checkpoint;
    bool grid;
    bool evaluation;
    bool report;
  };

  [[nodiscard]] Due due_after(int64_t step) const {
    const auto has_passed = [](double minutes, Clock::time_point since) {
      return minutes > 0 && Clock::now() - since >= std::chrono::duration<double, std::ratio<60>>(minutes);
    };
    const bool is_last = step == options_.steps;
    Due due{.checkpoint = is_last || step % options_.checkpoint_every == 0 ||
                          has_passed(options_.checkpoint_minutes, saved_at_),
            .grid = is_last || step % options_.sample_every == 0 ||
                    has_passed(options_.sample_minutes, drawn_at_),
            .evaluation = evaluation_ && step % options_.evaluate_every == 0,
            .report = step == 1 || is_last || step % options_.log_every == 0};
    due.report = due.report || due.checkpoint || due.grid || due.evaluation;
    return due;
  }

  // In words, what was not finite in the last step. Where its metrics lie on another device, looking at each
  // step would wait for it: there what is due to be reported is looked at.
  [[nodiscard]] std::string fault_now(const torch::Tensor& metrics, const Due& due) const {
    if (device_.is_cpu()) {
      return trainer_.fault_of(read_metrics(metrics));
    }
    return due.report ? trainer_.fault_of(report_.mean()) : "";
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
  [[nodiscard]] double seconds_left() const { return ganwright::seconds_left(options_.max_minutes, start_); }

  [[nodiscard]] Standing standing() const {
    return {.step = trainer_.steps_done(),
            .images = batches_.position(),
            .clamped = trainer_.clamped(),
            .learning_rate = learning_rate_,
            .seconds_left = seconds_left(),
            .peak_memory = peak_memory(device_)};
  }

  void evaluate(int64_t step) {
    const Clock::time_point start = Clock::now();
    const TrainingEvaluation::Finding found = evaluation_->evaluate(step, trainer_.average());
    // Before the line that calls this step the best: a kill in between lets the evaluation be made again.
    if (found.is_best) {
      save_checkpoint(run_.best_checkpoint(), trainer_, batches_, notes());
    }
    report_.add_evaluation(found.record);
    report_.leave_out(Clock::now() - start);
  }

  // The checkpoint of this step, unless it is there already, in place of the oldest.
  void save_and_prune() {
    if (saved_step_ != trainer_.steps_done()) {
      save();
      prune_checkpoints(run_, options_.keep_checkpoints);
    }
  }

  // The grid of samples of this step, unless it is there already.
  void draw() {
    if (drawn_step_ == trainer_.steps_done()) {
      return;
    }
    report_.add_grid(trainer_.steps_done(), image_grid(trainer_.sample(latents_, labels_)));
    drawn_step_ = trainer_.steps_done();
    drawn_at_ = Clock::now();
  }

  // From now on checkpoints of this step list what is written after them.
  void owe(Owed owed) {
    owed_ = std::move(owed);
    owed_step_ = trainer_.steps_done();
  }

  // With what this step owes, and lines of earlier steps that could not be written.
  [[nodiscard]] RunNotes notes() const {
    Owed owed = report_.owed();
    if (owed_step_ == trainer_.steps_done()) {
      owed.metrics.insert(owed.metrics.end(), owed_.metrics.begin(), owed_.metrics.end());
      owed.evaluations.insert(owed.evaluations.end(), owed_.evaluations.begin(), owed_.evaluations.end());
      owed.grid = owed_.grid;
      owed.evaluation = owed_.evaluation;
    }
    RunNotes notes = notes_;
    notes.owed = owed_text(owed);
    return notes;
  }

  // What a kill kept from being written after a checkpoint, now that its state is restored.
  void make_up_for(const Owed& owed) {
    for (const nlohmann::ordered_json& record : owed.metrics) {
      report_.write(record);
    }
    for (const nlohmann::ordered_json& record : owed.evaluations) {
      report_.add_evaluation(record);
    }
    if (owed.grid) {
      draw();
    }
    if (owed.evaluation && evaluation_) {
      evaluate(trainer_.steps_done());
    }
  }

  void save() {
    save_checkpoint(run_.checkpoint(trainer_.steps_done()), trainer_, batches_, notes());
    saved_step_ = trainer_.steps_done();
    saved_at_ = Clock::now();
  }

  const RunOptions& options_;
  const RunDirectory& run_;
  RunNotes notes_;
  torch::Device device_;
  Trainer trainer_;
  Batches batches_;
  MetricsWriter report_;
  torch::Tensor latents_;
  torch::Tensor labels_;
  std::optional<TrainingEvaluation> evaluation_;
  Progress progress_;
  double learning_rate_ = 0;  // of the last step
  Clock::time_point start_ = Clock::now();
  Clock::time_point saved_at_ = start_;
  Clock::time_point drawn_at_ = start_;
  double minutes_before_ = 0;  // of training, in earlier sessions
  Owed owed_{};
  int64_t owed_step_ = -1;
  int64_t saved_step_ = -1;
  int64_t drawn_step_ = -1;
  int64_t rollbacks_ = 0;
  int64_t failed_step_ = -1;
};

// What comes before the first step of a session that starts from `step`.
int train(TrainingRun& training, const TrainingSetup& setup, int64_t step) {
  if (const std::string remark = change_of_threads(setup.run, setup.device); !remark.empty()) {
    spdlog::warn("{}", remark);
  }
  write_text_atomically(setup.run.config(), config_text(setup.options));
  JsonLines(setup.run.sessions()).append(session_record(setup.run, setup.device, step));
  return training.run();
}

void prepare(const TrainingSetup& setup) {
  spdlog::info("device: {}", setup.device.description);
  make_convolutions_exact();
  if (setup.options.training.precision == Precision::tf32) {
    if (setup.device.device.is_cpu()) {
      spdlog::warn("--precision tf32 needs a CUDA device; using float32");
    }
    allow_tf32();
  }
}

void write_reals(const TrainingSetup& setup) {
  const Dataset& dataset = setup.dataset;
  const int64_t count = std::min(setup.options.grid_count, dataset.pixels.size(0));
  Batches shown(dataset.pixels, dataset.labels, count, setup.options.training.seed);
  write_png(setup.run.reals(), image_grid(shown.next(torch::kCPU).images));
}

}  // namespace

int start_training(const TrainingSetup& setup, const std::optional<InitialRun>& initial) {
  prepare(setup);
  TrainingRun training(setup);
  if (initial) {
    training.start_from(*initial);
  }
  write_reals(setup);
  return train(training, setup, 0);
}

int resume_training(const TrainingSetup& setup, const Checkpoint& checkpoint) {
  prepare(setup);
  TrainingRun training(setup);
  training.resume_from(checkpoint);
  return train(training, setup, checkpoint.step);
}

}  // namespace ganwright
