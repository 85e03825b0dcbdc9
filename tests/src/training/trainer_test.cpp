#include "training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>
#include <string>

#include "errors.h"
#include "losses/loss_error.h"
#include "tests/support/cuda_or_skip.h"
#include "tests/support/make_trainer.h"
#include "tests/support/small_options.h"
#include "tests/support/training_steps.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

using test_support::copy_of_state;
using test_support::cuda_device;
using test_support::make_trainer;
using test_support::named_metrics;
using test_support::random_images;
using test_support::small_options;

TEST(Trainer, EqualSeedsTakeEqualSteps) {
  const LabeledImages real = random_images(4, 1);
  Trainer first = make_trainer(small_options(), torch::kCPU);
  Trainer second = make_trainer(small_options(), torch::kCPU);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(torch::equal(first.step(real), second.step(real)));
  }
  TrainingOptions other = small_options();
  other.seed = 1;
  EXPECT_FALSE(torch::equal(first.step(real), make_trainer(other, torch::kCPU).step(real)));
}

TEST(Trainer, AStepMovesEveryTensorOfBothNetworks) {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
  const auto before = copy_of_state(trainer);
  trainer.step(random_images(4, 1));
  trainer.step(random_images(4, 2));
  for (const auto& [name, tensor] : trainer.state()) {
    EXPECT_NE(torch::equal(tensor, before.at(name)), name != "augment_probability") << name;
  }
}

TEST(Trainer, LearnsToTellTwoSetsApart) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e-3;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real{torch::full({4, 1, 8, 8}, 0.9), torch::zeros({4}, torch::kInt64)};
  std::map<std::string, double> metrics;
  for (int i = 0; i < 30; ++i) {
    metrics = named_metrics(trainer.step(real));
  }
  EXPECT_GT(metrics.at("divergence"), 0.05);
  EXPECT_GT(metrics.at("log_ratio_real"), metrics.at("log_ratio_fake"));
}

TEST(Trainer, TheAverageOfTheFirstStepsStaysNearTheGenerator) {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
  for (int i = 0; i < 5; ++i) {
    trainer.step(random_images(4, 1));
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
  const auto metrics = named_metrics(make_trainer(options, torch::kCPU).step(random_images(4, 1)));
  EXPECT_TRUE(std::isnan(metrics.at("ratio_fake")));
  EXPECT_TRUE(std::isfinite(metrics.at("divergence")));
}

TEST(Trainer, PairsGiveNoLikelihoodRatioAndAnOffsetOfTheLogitsThatDoesNotMatter) {
  TrainingOptions options = small_options();
  options.pairing = Pairing::relativistic;
  options.r1 = options.r2 = 0;
  Trainer trainer = make_trainer(options, torch::kCPU);
  Trainer shifted = make_trainer(options, torch::kCPU);
  for (const auto& [name, tensor] : shifted.state()) {
    if (name == "discriminator.logit_bias") {
      torch::Tensor bias = tensor;
      bias.add_(3);
    }
  }
  const LabeledImages real = random_images(4, 1);
  const auto metrics = named_metrics(trainer.step(real));
  const auto others = named_metrics(shifted.step(real));
  EXPECT_TRUE(std::isnan(metrics.at("divergence")));
  EXPECT_TRUE(std::isnan(metrics.at("ratio_fake")));
  EXPECT_NEAR(metrics.at("discriminator_loss"), others.at("discriminator_loss"), 1e-5);
  EXPECT_NEAR(metrics.at("generator_loss"), others.at("generator_loss"), 1e-5);
  EXPECT_NEAR(others.at("log_ratio_real") - metrics.at("log_ratio_real"), 3, 1e-4);
}

TEST(Trainer, PartsOfABatchAddUpToTheWholeBatch) {
  TrainingOptions whole = small_options();
  whole.r1 = whole.r2 = 0;
  TrainingOptions parts = whole;
  parts.accumulate = 2;
  const LabeledImages real = random_images(4, 1);
  const auto expected = named_metrics(make_trainer(whole, torch::kCPU).step(real));
  const auto found = named_metrics(make_trainer(parts, torch::kCPU).step(real));
  // The latents are drawn in another order for the generator's batch, but equally for the discriminator's.
  for (const char* name :
       {"discriminator_loss", "log_ratio_real", "log_ratio_fake", "discriminator_gradient_norm"}) {
    EXPECT_NEAR(found.at(name), expected.at(name), 1e-5 * (1 + std::abs(expected.at(name)))) << name;
  }
}

TEST(Trainer, SeveralDiscriminatorStepsEachTakeABatch) {
  TrainingOptions options = small_options();
  options.critic_steps = 3;
  Trainer trainer = make_trainer(options, torch::kCPU);
  trainer.step(random_images(12, 1));
  const auto state = copy_of_state(trainer);
  EXPECT_EQ(state.at("discriminator_optimizer.steps").item<float>(), 3);
  EXPECT_EQ(state.at("generator_optimizer.steps").item<float>(), 1);
}

TEST(Trainer, AnotherNumberOfImagesIsRefusedAndChangesNothing) {
  TrainingOptions options = small_options();
  options.critic_steps = 3;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const auto before = copy_of_state(trainer);
  for (const int64_t count : {11, 13}) {
    try {
      trainer.step(random_images(count, 1));
      ADD_FAILURE() << count;
    } catch (const std::invalid_argument& error) {
      EXPECT_EQ(std::string(error.what()), "a step takes 12 images, not " + std::to_string(count));
    }
  }
  for (const auto& [name, tensor] : trainer.state()) {
    EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
  }
  EXPECT_EQ(trainer.steps_done(), 0);
}

TEST(Trainer, TheAverageMovesTowardTheGeneratorByTheHalfLifeOfItsStep) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e-2;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = random_images(4, 1);
  trainer.step(real);
  trainer.set_steps_done(9);
  const auto before = copy_of_state(trainer);
  trainer.step(real);
  const auto after = copy_of_state(trainer);
  // A twentieth of the images seen after ten steps of four.
  const double half_life = 2;
  const double weight = 1 - std::pow(0.5, 4 / half_life);
  for (const auto& [name, tensor] : after) {
    if (name.starts_with("average.")) {
      const torch::Tensor expected =
          torch::lerp(before.at(name), after.at("generator." + name.substr(8)), weight);
      EXPECT_TRUE(torch::allclose(tensor, expected, 1e-5, 1e-7)) << name;
    }
  }
}

TEST(Trainer, WhatIsNotFiniteMovesNothingAndIsNamed) {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
  EXPECT_EQ(trainer.fault_of(read_metrics(trainer.step(random_images(4, 1)))), "");
  const auto before = copy_of_state(trainer);
  LabeledImages real = random_images(4, 2);
  real.images[0][0][0][0] = std::numeric_limits<float>::quiet_NaN();
  const std::string fault = trainer.fault_of(read_metrics(trainer.step(real)));
  EXPECT_NE(fault.find("divergence is nan"), std::string::npos) << fault;
  for (const auto& [name, tensor] : trainer.state()) {
    if (name.starts_with("discriminator")) {
      EXPECT_TRUE(torch::equal(tensor, before.at(name))) << name;
    }
  }
}

TEST(Trainer, AFaultInAGradientNamesTheParameter) {
  TrainingOptions options = small_options();
  options.loss.divergence = "kl";
  options.clip_norm = 0;
  Trainer trainer = make_trainer(options, torch::kCPU);
  for (const auto& [name, tensor] : trainer.state()) {
    if (name == "discriminator.logit_bias") {
      torch::Tensor bias = tensor;
      bias.fill_(1e30);  // psi and its slope are clamped to the largest float32
    }
  }
  const std::string fault = trainer.fault_of(read_metrics(trainer.step(random_images(4, 1))));
  EXPECT_NE(fault.find("gradient of the discriminator"), std::string::npos) << fault;
  EXPECT_NE(fault.find("first that of"), std::string::npos) << fault;
}

TEST(Trainer, TheProbabilityOfAugmentationMovesTowardItsTargetAndIsPartOfTheState) {
  TrainingOptions options = small_options();
  options.augment = {Augmentation::flip, Augmentation::translation};
  options.augment_target = 0.01;
  options.augment_images = 40;
  options.learning_rate = 1e-2;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real{torch::full({4, 1, 8, 8}, 0.9), torch::zeros({4}, torch::kInt64)};
  double largest = 0;
  for (int i = 0; i < 30; ++i) {
    largest = std::max(largest, named_metrics(trainer.step(real)).at("augment_probability"));
  }
  EXPECT_GT(largest, 0.1);
  EXPECT_EQ(copy_of_state(trainer).count("augment_probability"), 1U);
}

TEST(Trainer, AConditionalPairLearnsWhichPictureBelongsToWhichClass) {
  TrainingOptions options = small_options();
  options.model.classes = 2;
  options.learning_rate = 1e-3;
  options.ema_half_life = 1;
  options.batch_size = 16;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const torch::Tensor labels = torch::arange(16, torch::kInt64) % 2;
  const LabeledImages real{(labels.to(torch::kFloat32) * 1.2 - 0.6).view({16, 1, 1, 1}).expand({16, 1, 8, 8}),
                           labels};
  for (int i = 0; i < 300; ++i) {
    trainer.step(real);
  }
  const torch::Tensor drawn =
      trainer.sample(latents_from_seed(16, options.model.latent, 0), labels).mean({1, 2, 3});
  EXPECT_GT(drawn.masked_select(labels == 1).mean().item<double>(),
            drawn.masked_select(labels == 0).mean().item<double>() + 0.5);
}

TEST(Trainer, TheScaleOfTheLearningRateScalesTheStep) {
  const LabeledImages real = random_images(4, 1);
  const auto moved = [&](double scale) {
    Trainer trainer = make_trainer(small_options(), torch::kCPU);
    const auto before = copy_of_state(trainer);
    trainer.set_rate_scale(scale);
    trainer.step(real);
    const auto after = copy_of_state(trainer);
    return (after.at("discriminator.places") - before.at("discriminator.places")).norm().item<double>();
  };
  EXPECT_NEAR(moved(0.5) / moved(1), 0.5, 1e-3);
}

TEST(Trainer, RefusesWhatItDoesNotKnow) {
  TrainingOptions options = small_options();
  options.loss.divergence = "no-such";
  EXPECT_THROW(make_trainer(options, torch::kCPU), LossError);
  options = small_options();
  options.pairing = Pairing::relativistic;
  options.loss.divergence = "total-variation";
  EXPECT_THROW(make_trainer(options, torch::kCPU), LossError);
  options = small_options();
  options.accumulate = 3;
  EXPECT_THROW(make_trainer(options, torch::kCPU), UsageError);
  options = small_options();
  options.augment_target = 0.6;
  options.augment = {Augmentation::flip};
  EXPECT_NO_THROW(make_trainer(options, torch::kCPU));
  options.loss.divergence = "wasserstein";
  EXPECT_THROW(make_trainer(options, torch::kCPU), LossError);
  options = small_options();
  options.penalty_share = 0.1;
  EXPECT_THROW(make_trainer(options, torch::kCPU), UsageError);
}

TEST(Trainer, StepsOnCudaAgreeWithTheCpu) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  TrainingOptions options = small_options();
  options.r1 = options.r2 = 0;
  Trainer trainer = make_trainer(options, *device);
  const LabeledImages real = random_images(4, 1);
  EXPECT_TRUE(std::isfinite(
      named_metrics(trainer.step({real.images.to(*device), real.labels.to(*device)})).at("divergence")));
  const torch::Tensor latents = latents_from_seed(4, options.model.latent, 0);
  EXPECT_TRUE(torch::allclose(make_trainer(options, *device).sample(latents),
                              make_trainer(options, torch::kCPU).sample(latents), 1e-3, 1e-3));
}

}  // namespace
}  // namespace ganwright
