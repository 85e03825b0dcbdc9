#include "training/metrics.h"

namespace ganwright {

TrainingMetrics<double> read_metrics(const torch::Tensor& metrics) {
  const torch::Tensor values = metrics.cpu();
  const auto* next = values.const_data_ptr<double>();
  TrainingMetrics<double> result;
  TrainingMetrics<double>::for_each(result, [&](const char*, double& value) { value = *next++; });
  return result;
}

}  // namespace ganwright
