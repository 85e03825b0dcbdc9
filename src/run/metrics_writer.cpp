#include "run/metrics_writer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>
#include <system_error>

#include "errors.h"
#include "imaging/grid.h"

namespace ganwright {
namespace {

std::string describe(const TrainingMetrics<double>& metrics) {
  const DiscriminatorMetrics<double>& found = metrics.discriminator;
  // Pairs bound no divergence.
  std::string text = std::isfinite(found.divergence) ? fmt::format("D_f >= {:.4f}", found.divergence)
                                                     : fmt::format("discriminator loss {:.4f}", found.loss);
  if (std::isfinite(found.ratio_fake)) {
    text += fmt::format(", log ratio real {:+.2f} fake {:+.2f}, E_q[r] {:.3g}", found.log_ratio_real,
                        found.log_ratio_fake, found.ratio_fake);
  }
  return text;
}

}  // namespace

MetricsWriter::MetricsWriter(const RunDirectory& run, const RunOptions& options)
    : options_(options), run_(run), metrics_(run.metrics()), events_(run.path) {}

void MetricsWriter::restart_at(const Standing& now) {
  metrics_.truncate_after(now.step);
  if (std::filesystem::exists(run_.evaluations())) {
    JsonLines(run_.evaluations()).truncate_after(now.step);
  }
  const auto is_later = [&](const nlohmann::ordered_json& record) {
    return record.at("step").get<int64_t>() > now.step;
  };
  std::erase_if(metrics_kept_, is_later);
  std::erase_if(evaluations_kept_, is_later);
  std::erase_if(grids_kept_, [&](const auto& grid) { return grid.first > now.step; });
  attempt_event([&] { events_.restart_after(now.step); });
  clamped_before_ = now.clamped;
  begin(now);
}

void MetricsWriter::begin(const Standing& now) {
  sum_ = torch::Tensor();
  count_ = 0;
  began_ = Clock::now();
  images_before_ = now.images;
}

void MetricsWriter::add(const torch::Tensor& metrics) {
  sum_ = sum_.defined() ? sum_ + metrics : metrics;
  ++count_;
}

TrainingMetrics<double> MetricsWriter::mean() const {
  return read_metrics(sum_ / count_);
}

nlohmann::ordered_json MetricsWriter::take_record(const Standing& now) {
  if (count_ == 0) {
    return {};
  }
  const double seconds = std::chrono::duration<double>(Clock::now() - began_).count();
  const double rate = static_cast<double>(now.images - images_before_) / seconds;
  const int64_t images_a_step = options_.training.batch_size * options_.training.critic_steps;
  const auto images_left = static_cast<double>((options_.steps - now.step) * images_a_step);
  const TrainingMetrics<double> metrics = mean();
  status_ = describe(metrics);
  nlohmann::ordered_json record{{"step", now.step}, {"images", now.images}, {"images_per_second", rate}};
  record["eta_seconds"] = std::min(images_left / rate, now.seconds_left);
  TrainingMetrics<double>::for_each(metrics, [&](const char* name, double value) { record[name] = value; });
  record["learning_rate"] = now.learning_rate;
  record["clamped"] = now.clamped;
  record["peak_memory_bytes"] = now.peak_memory;
  begin(now);
  return record;
}

// Runs an action that writes; tells the first failure of a series, and its end.
template <class Action>
bool MetricsWriter::attempt(const Action& action) {
  std::string fault;
  try {
    action();
    return true;
  } catch (const WriteError& error) {
    fault = error.what();
  } catch (const OutputError& error) {
    fault = error.what();
  }
  if (fault_.empty()) {
    spdlog::warn("{}; the training goes on and tries again", fault);
  }
  fault_ = fault;
  return false;
}

// The same for the event file, which keeps its records itself. The grid that it reads may be unreadable, too.
template <class Action>
void MetricsWriter::attempt_event(const Action& action) {
  try {
    action();
    event_fault_is_told_ = false;
  } catch (const Error& error) {
    if (!event_fault_is_told_) {
      spdlog::warn("{}; the training goes on and tries again", error.what());
    }
    event_fault_is_told_ = true;
  }
}

// A line that is in the file is forgotten at once: the next may fail.
void MetricsWriter::append_kept_lines(JsonLines& file, std::vector<nlohmann::ordered_json>& lines) {
  while (!lines.empty()) {
    file.append(lines.front());
    lines.erase(lines.begin());
  }
}

void MetricsWriter::retry() {
  if (!metrics_kept_.empty()) {
    attempt([&] { append_kept_lines(metrics_, metrics_kept_); });
  }
  if (!evaluations_kept_.empty()) {
    attempt([&] {
      // Opened no earlier: runs without evaluations have no such file.
      JsonLines file(run_.evaluations());
      append_kept_lines(file, evaluations_kept_);
    });
  }
  for (auto kept = grids_kept_.begin(); kept != grids_kept_.end();) {
    const std::filesystem::path path = run_.sample_grid(kept->first);
    const bool is_written = attempt([&] {
      std::error_code ignored;  // the grid then fails, and says why
      std::filesystem::create_directories(run_.samples(), ignored);
      write_png(path, kept->second);
    });
    if (is_written) {
      attempt_event([&] { events_.add_picture("samples", kept->first, path); });
      kept = grids_kept_.erase(kept);
    } else {
      ++kept;
    }
  }
  if (!has_kept() && !fault_.empty()) {
    spdlog::info("what could not be written before has been written");
    fault_.clear();
  }
}

void MetricsWriter::finish() {
  retry();
  if (has_kept()) {
    throw WriteError(fault_ + ": some lines or grids of " + run_.path.string() +
                     " are missing; the checkpoint is whole, so make room and `ganwright resume` it");
  }
}

void MetricsWriter::write(const nlohmann::ordered_json& record) {
  metrics_kept_.push_back(record);
  retry();
  attempt_event([&] { events_.add_scalars("training", record); });
  const auto step = record.at("step").get<int64_t>();
  spdlog::debug("step {}: {}", step, status_);
  // A line that a checkpoint owed may hold anything.
  const auto found = record.find("clamped");
  const int64_t clamped = found != record.end() && found->is_number_integer() ? found->get<int64_t>() : 0;
  if (clamped > clamped_before_) {
    spdlog::warn("{} values of the objective were beyond float32 and clamped (up to step {})",
                 clamped - clamped_before_, step);
    clamped_before_ = clamped;
  }
}

void MetricsWriter::add_evaluation(const nlohmann::ordered_json& record) {
  evaluations_kept_.push_back(record);
  retry();
  attempt_event([&] { events_.add_scalars("evaluation", record); });
}

void MetricsWriter::add_grid(int64_t step, const cv::Mat& grid) {
  // So many are kept at most while none can be written.
  constexpr size_t kMostGrids = 16;
  grids_kept_.insert_or_assign(step, grid);
  if (grids_kept_.size() > kMostGrids) {
    grids_kept_.erase(grids_kept_.begin());
  }
  retry();
}

}  // namespace ganwright
