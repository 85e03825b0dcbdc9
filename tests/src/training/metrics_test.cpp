#include "training/metrics.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace ganwright {
namespace {

// The keys of metrics.jsonl, which other programs read.
const std::vector<std::string> kNames = {"discriminator_loss",
                                         "divergence",
                                         "log_ratio_real",
                                         "log_ratio_fake",
                                         "ratio_fake",
                                         "r1",
                                         "r2",
                                         "gradient_penalty",
                                         "discriminator_gradient_norm",
                                         "generator_loss",
                                         "generator_gradient_norm",
                                         "augment_probability"};

TEST(TrainingMetrics, HaveTheNamesOfTheFileAndPlacesThatAreReadBack) {
  const int64_t count = metric_count<TrainingMetrics>();
  EXPECT_EQ(count, metric_count<DiscriminatorMetrics>() + metric_count<GeneratorMetrics>());
  // A metric that for_each forgets would be a number more in the struct.
  EXPECT_EQ(sizeof(TrainingMetrics<double>), static_cast<size_t>(count) * sizeof(double));
  const TrainingMetrics<double> read = read_metrics(torch::arange(count, torch::kFloat64));
  std::vector<std::string> names;
  double next = 0;
  TrainingMetrics<double>::for_each(read, [&](const char* name, double value) {
    names.emplace_back(name);
    EXPECT_EQ(value, next++) << name;
  });
  EXPECT_EQ(names, kNames);
  EXPECT_EQ(read.discriminator.loss, 0);
  EXPECT_EQ(read.generator.augment_probability, static_cast<double>(count - 1));
}

TEST(TrainingMetrics, OfTensorsAreThoseThatAreSetInTheSameOrder) {
  DiscriminatorMetrics<torch::Tensor> metrics;
  metrics.r2 = torch::ones({});
  metrics.loss = torch::zeros({});
  const std::vector<torch::Tensor> tensors = tensors_of(metrics);
  ASSERT_EQ(tensors.size(), 2U);
  EXPECT_TRUE(tensors[0].is_same(metrics.loss));
  EXPECT_TRUE(tensors[1].is_same(metrics.r2));
}

TEST(TrainingMetrics, AreStackedOnlyWhereAllAreSet) {
  GeneratorMetrics<torch::Tensor> metrics;
  metrics.loss = torch::full({}, 1.0, torch::kFloat64);
  metrics.augment_probability = torch::full({}, 3.0, torch::kFloat64);
  std::string complaint;
  try {
    stacked(metrics);
  } catch (const std::logic_error& error) {
    complaint = error.what();
  }
  EXPECT_NE(complaint.find("generator_gradient_norm"), std::string::npos) << complaint;
  metrics.gradient_norm = torch::full({}, 2.0, torch::kFloat64);
  EXPECT_TRUE(torch::equal(stacked(metrics), torch::tensor({1.0, 2.0, 3.0}, torch::kFloat64)));
}

}  // namespace
}  // namespace ganwright
