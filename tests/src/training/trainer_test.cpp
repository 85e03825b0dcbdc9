#include "training/trainer.h"

#include <gtest/gtest.h>

#include <map>

#include "errors.h"
#include "losses/loss_error.h"
#include "models/attention.h"
#include "small_options.h"
#include "tests/losses/exact_penalty.h"
#include "training/device.h"

namespace ganwright {
namespace {

using test_support::small_options;

torch::Tensor pictures(int64_t count, uint64_t seed) {
  torch::manual_seed(seed);
  return torch::rand({count, 1, 8, 8}) * 2 - 1;
}

std::map<std::string, double> named(const torch::Tensor& metrics) {
  std::map<std::string, double> result;
  for (size_t i = 0; i < step_metric_names().size(); ++i) {
    result[step_metric_names()[i]] = metrics[static_cast<int64_t>(i)].item<double>();
  }
  return result;
}

std::map<std::string, torch::Tensor> copy_of_state(const Trainer& trainer) {
  std::map<std::string, torch::Tensor> copy;
  for (const auto& [name, tensor] : trainer.state()) {
    copy[name] = tensor.clone();
  }
  return copy;
}

TEST(Trainer, EqualSeedsTakeEqualSteps) {
  const torch::Tensor real = pictures(4, 1);
  Trainer first(small_options(), torch::kCPU);
  Trainer second(small_options(), torch::kCPU);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(torch::equal(first.step(real), second.step(real)));
  }
  TrainingOptions other = small_options();
  other.seed = 1;
  EXPECT_FALSE(torch::equal(first.step(real), Trainer(other, torch::kCPU).step(real)));
}

TEST(Trainer, AStepMovesEveryTensorOfBothNetworks) {
  Trainer trainer(small_options(), torch::kCPU);
  const auto before = copy_of_state(trainer);
  trainer.step(pictures(4, 1));
  trainer.step(pictures(4, 2));
  for (const auto& [name, tensor] : trainer.state()) {
    EXPECT_FALSE(torch::equal(tensor, before.at(name))) << name;
  }
}

TEST(Trainer, LearnsToTellTwoSetsApart) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e-3;
  Trainer trainer(options, torch::kCPU);
  const torch::Tensor real = torch::full({4, 1, 8, 8}, 0.9);
  std::map<std::string, double> metrics;
  for (int i = 0; i < 30; ++i) {
    metrics = named(trainer.step(real));
  }
  EXPECT_GT(metrics.at("divergence"), 0.05);
  EXPECT_GT(metrics.at("log_ratio_real"), metrics.at("log_ratio_fake"));
}

TEST(Trainer, ThePenaltiesAgreeInBothWaysOfComputingThem) {
  TrainingOptions options = small_options();
  options.batch_size = 2048;
  std::map<std::string, double> finite;
  std::map<std::string, double> exact;
  for (int64_t seed = 0; seed < 8; ++seed) {
    options.seed = seed;
    const torch::Tensor real = pictures(options.batch_size, static_cast<uint64_t>(seed));
    for (auto [penalty, sums] : {std::pair("finite-difference", &finite), std::pair("exact", &exact)}) {
      options.penalty = penalty;
      for (const auto& [name, value] : named(Trainer(options, torch::kCPU).step(real))) {
        (*sums)[name] += value;
      }
    }
  }
  EXPECT_NEAR(finite.at("r1") / exact.at("r1"), 1.0, 0.06);
  EXPECT_NEAR(finite.at("r2") / exact.at("r2"), 1.0, 0.06);
  EXPECT_GT(exact.at("r1"), 0);
}

TEST(Trainer, ExactPenaltiesAreThoseOfTheDiscriminatorAsItWasBeforeTheStep) {
  TrainingOptions options = small_options();
  options.penalty = "exact";
  const torch::Tensor real = pictures(4, 1);
  Trainer trainer(options, torch::kCPU);
  Discriminator discriminator = trainer.discriminator();
  const Critic critic = [&](const torch::Tensor& images) { return discriminator->forward(images); };
  double expected = 0;
  {
    const MathAttention math_attention;
    expected = exact_gradient_penalty(critic, real, options.r1).item<double>();
  }
  EXPECT_NEAR(named(trainer.step(real)).at("r1") / expected, 1.0, 1e-5);

  // Each gamma weighs its own penalty, and the other is as good as absent.
  options.r1 = 0;
  options.r2 = 1;
  const auto with_r2 = named(Trainer(options, torch::kCPU).step(real));
  options.r2 = 3;
  const auto with_more = named(Trainer(options, torch::kCPU).step(real));
  EXPECT_EQ(with_r2.at("r1"), 0.0);
  EXPECT_GT(with_r2.at("r2"), 0.0);
  EXPECT_NEAR(with_more.at("r2") / with_r2.at("r2"), 3.0, 1e-5);
}

TEST(Trainer, NoGammaMeansNoPenalty) {
  for (const char* penalty : {"finite-difference", "exact"}) {
    TrainingOptions options = small_options();
    options.penalty = penalty;
    options.r1 = options.r2 = 0;
    const auto metrics = named(Trainer(options, torch::kCPU).step(pictures(4, 1)));
    EXPECT_EQ(metrics.at("r1"), 0.0);
    EXPECT_EQ(metrics.at("r2"), 0.0);
    EXPECT_DOUBLE_EQ(metrics.at("discriminator_loss"), -metrics.at("divergence"));
  }
}

TEST(Trainer, TheAverageOfTheFirstStepsStaysNearTheGenerator) {
  Trainer trainer(small_options(), torch::kCPU);
  for (int i = 0; i < 5; ++i) {
    trainer.step(pictures(4, 1));
  }
  std::map<std::string, torch::Tensor> state;
  for (const auto& [name, tensor] : trainer.state()) {
    state[name] = tensor;
  }
  double largest = 0;
  for (const auto& [name, tensor] : state) {
    if (name.starts_with("generator.")) {
      largest =
          std::max(largest, (tensor - state.at("average." + name.substr(10))).abs().max().item<double>());
    }
  }
  EXPECT_LT(largest, 5 * learning_rate_of(small_options()));
}

TEST(Trainer, DualPairsReportNoLikelihoodRatio) {
  TrainingOptions options = small_options();
  options.loss.divergence = "total-variation";
  const auto metrics = named(Trainer(options, torch::kCPU).step(pictures(4, 1)));
  EXPECT_TRUE(std::isnan(metrics.at("ratio_fake")));
  EXPECT_TRUE(std::isfinite(metrics.at("divergence")));
}

TEST(Trainer, RefusesWhatItDoesNotKnow) {
  TrainingOptions options = small_options();
  options.penalty = "sometimes";
  EXPECT_THROW(Trainer(options, torch::kCPU), UsageError);
  options = small_options();
  options.loss.divergence = "no-such";
  EXPECT_THROW(Trainer(options, torch::kCPU), LossError);
}

TEST(Trainer, StepsOnCudaAgreeWithTheCpu) {
  Device device;
  try {
    device = select_device("cuda");
  } catch (const TrainingError& reason) {
    GTEST_SKIP() << reason.what();
  }
  TrainingOptions options = small_options();
  options.r1 = options.r2 = 0;
  const torch::Tensor real = pictures(4, 1);
  Trainer trainer(options, device.device);
  EXPECT_TRUE(std::isfinite(named(trainer.step(real.to(device.device))).at("divergence")));
  const torch::Tensor latents = latents_from_seed(4, options.model.latent, 0);
  EXPECT_TRUE(torch::allclose(Trainer(options, device.device).sample(latents),
                              Trainer(options, torch::kCPU).sample(latents), 1e-3, 1e-3));
}

TEST(LatentsFromSeed, AreTheSameForOneSeedAndABeginningOfMore) {
  EXPECT_TRUE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 5)));
  EXPECT_FALSE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 6)));
}

}  // namespace
}  // namespace ganwright
