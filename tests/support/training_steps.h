#pragma once

#include <map>
#include <string>

#include "training/metrics.h"
#include "training/trainer.h"

namespace ganwright::test_support {

/// Images of uniform noise for small_options(), of two classes in turn.
inline LabeledImages random_images(int64_t count, uint64_t seed) {
  torch::manual_seed(seed);
  return {torch::rand({count, 1, 8, 8}) * 2 - 1, torch::arange(count, torch::kInt64) % 2};
}

/// What Trainer::step returned, by the names of metrics.jsonl.
inline std::map<std::string, double> named_metrics(const torch::Tensor& metrics) {
  std::map<std::string, double> result;
  const TrainingMetrics<double> read = read_metrics(metrics);
  TrainingMetrics<double>::for_each(read, [&](const char* name, double value) { result[name] = value; });
  return result;
}

/// The state of a trainer as it is now.
inline std::map<std::string, torch::Tensor> copy_of_state(const Trainer& trainer) {
  std::map<std::string, torch::Tensor> copy;
  for (const auto& [name, tensor] : trainer.state()) {
    copy[name] = tensor.clone();
  }
  return copy;
}

}  // namespace ganwright::test_support
