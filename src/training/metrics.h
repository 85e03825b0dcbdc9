#pragma once

#include <torch/types.h>

#include <cstdint>
#include <stdexcept>
#include <string>
#include <vector>

namespace ganwright {

/// What the discriminator steps of one training step report, as means over them. `Value` is a float64 scalar
/// on the device while steps run, and a double once they are read. Undefined metrics are nan: `divergence`
/// and `ratio_fake` under relativistic pairing, the likelihood ratio of an objective whose logits do not tell
/// it.
template <class Value>
struct DiscriminatorMetrics {
  Value loss{};            ///< minus the bound, plus the penalties
  Value divergence{};      ///< the lower bound of D_f(p||q)
  Value log_ratio_real{};  ///< E_p[log r]
  Value log_ratio_fake{};  ///< E_q[log r]
  Value ratio_fake{};      ///< E_q[r], 1 for an optimal discriminator
  Value r1{};
  Value r2{};
  Value gradient_penalty{};
  Value gradient_norm{};  ///< before clipping

  /// Calls visit(name, value) for each, by its name in metrics.jsonl: the one place that orders and names
  /// them.
  static constexpr void for_each(auto& metrics, const auto& visit) {
    visit("discriminator_loss", metrics.loss);
    visit("divergence", metrics.divergence);
    visit("log_ratio_real", metrics.log_ratio_real);
    visit("log_ratio_fake", metrics.log_ratio_fake);
    visit("ratio_fake", metrics.ratio_fake);
    visit("r1", metrics.r1);
    visit("r2", metrics.r2);
    visit("gradient_penalty", metrics.gradient_penalty);
    visit("discriminator_gradient_norm", metrics.gradient_norm);
  }
};

/// What the generator step reports.
template <class Value>
struct GeneratorMetrics {
  Value loss{};
  Value gradient_norm{};  ///< before clipping
  Value augment_probability{};

  /// As for the discriminator step.
  static constexpr void for_each(auto& metrics, const auto& visit) {
    visit("generator_loss", metrics.loss);
    visit("generator_gradient_norm", metrics.gradient_norm);
    visit("augment_probability", metrics.augment_probability);
  }
};

/// What a training step reports.
template <class Value>
struct TrainingMetrics {
  DiscriminatorMetrics<Value> discriminator;
  GeneratorMetrics<Value> generator;

  /// Visits the discriminator's metrics, then the generator's.
  static constexpr void for_each(auto& metrics, const auto& visit) {
    DiscriminatorMetrics<Value>::for_each(metrics.discriminator, visit);
    GeneratorMetrics<Value>::for_each(metrics.generator, visit);
  }
};

/// How many metrics a struct of the above holds.
template <template <class> class Metrics>
constexpr int64_t metric_count() {
  Metrics<double> metrics;
  int64_t count = 0;
  Metrics<double>::for_each(metrics, [&](const char*, double) { ++count; });
  return count;
}

/// The metrics that have been set so far, sharing memory, in order.
template <template <class> class Metrics>
std::vector<torch::Tensor> tensors_of(const Metrics<torch::Tensor>& metrics) {
  std::vector<torch::Tensor> tensors;
  Metrics<torch::Tensor>::for_each(metrics, [&](const char*, const torch::Tensor& value) {
    if (value.defined()) {
      tensors.push_back(value);
    }
  });
  return tensors;
}

/// All of the metrics in order, stacked: float64 [metric_count<Metrics>()]. Throws std::logic_error that
/// names one that is not set, after which the others would stand in wrong places.
template <template <class> class Metrics>
torch::Tensor stacked(const Metrics<torch::Tensor>& metrics) {
  Metrics<torch::Tensor>::for_each(metrics, [](const char* name, const torch::Tensor& value) {
    if (!value.defined()) {
      throw std::logic_error(std::string("the metric ") + name + " is not set");
    }
  });
  return torch::stack(tensors_of(metrics));
}

/// Reads what Trainer::step returned: float64 [metric_count<TrainingMetrics>()] on any device, which this
/// waits for.
TrainingMetrics<double> read_metrics(const torch::Tensor& metrics);

}  // namespace ganwright
