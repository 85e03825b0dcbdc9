#include "run/metrics_writer.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cmath>

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
  events_.restart_after(now.step);
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

void MetricsWriter::write(const nlohmann::ordered_json& record) {
  metrics_.append(record);
  events_.add_scalars("training", record);
  const auto step = record.at("step").get<int64_t>();
  spdlog::debug("step {}: {}", step, status_);
  const auto clamped = record.at("clamped").get<int64_t>();
  if (clamped > clamped_before_) {
    spdlog::warn("{} values of the objective were beyond float32 and clamped (up to step {})",
                 clamped - clamped_before_, step);
    clamped_before_ = clamped;
  }
}

void MetricsWriter::add_samples(int64_t step, const std::filesystem::path& grid) {
  events_.add_picture("samples", step, grid);
}

}  // namespace ganwright
