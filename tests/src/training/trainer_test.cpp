#include "training/trainer.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <map>
#include <stdexcept>

#include "errors.h"
#include "losses/loss_error.h"
#include "models/attention.h"
#include "tests/support/cuda_or_skip.h"
#include "tests/support/exact_penalty.h"
#include "tests/support/make_trainer.h"
#include "tests/support/small_options.h"
#include "training/sampling.h"
#include "training/schedule.h"

namespace ganwright {
namespace {

using test_support::cuda_device;
using test_support::make_trainer;
using test_support::small_options;

LabeledImages pictures(int64_t count, uint64_t seed) {
  torch::manual_seed(seed);
  return {torch::rand({count, 1, 8, 8}) * 2 - 1, torch::arange(count, torch::kInt64) % 2};
}

std::map<std::string, double> named(const torch::Tensor& metrics) {
  std::map<std::string, double> result;
  const TrainingMetrics<double> read = read_metrics(metrics);
  TrainingMetrics<double>::for_each(read, [&](const char* name, double value) { result[name] = value; });
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
  const LabeledImages real = pictures(4, 1);
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
  trainer.step(pictures(4, 1));
  trainer.step(pictures(4, 2));
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
    const LabeledImages real = pictures(options.batch_size, static_cast<uint64_t>(seed));
    for (auto [penalty, sums] :
         {std::pair(Penalty::finite_difference, &finite), std::pair(Penalty::exact, &exact)}) {
      options.penalty = penalty;
      for (const auto& [name, value] : named(make_trainer(options, torch::kCPU).step(real))) {
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
  options.penalty = Penalty::exact;
  const LabeledImages real = pictures(4, 1);
  Trainer trainer = make_trainer(options, torch::kCPU);
  Discriminator discriminator = trainer.discriminator();
  const Critic critic = [&](const torch::Tensor& images) { return discriminator->forward(images); };
  double expected = 0;
  {
    const MathAttention math_attention;
    expected = exact_gradient_penalty(critic, real.images, options.r1).item<double>();
  }
  EXPECT_NEAR(named(trainer.step(real)).at("r1") / expected, 1.0, 1e-5);

  // Each gamma weighs its own penalty, and the other is as good as absent.
  options.r1 = 0;
  options.r2 = 1;
  const auto with_r2 = named(make_trainer(options, torch::kCPU).step(real));
  options.r2 = 3;
  const auto with_more = named(make_trainer(options, torch::kCPU).step(real));
  EXPECT_EQ(with_r2.at("r1"), 0.0);
  EXPECT_GT(with_r2.at("r2"), 0.0);
  EXPECT_NEAR(with_more.at("r2") / with_r2.at("r2"), 3.0, 1e-5);
}

TEST(Trainer, NoGammaMeansNoPenalty) {
  TrainingOptions options = small_options();
  options.r1 = options.r2 = 0;
  const auto metrics = named(make_trainer(options, torch::kCPU).step(pictures(4, 1)));
  EXPECT_EQ(metrics.at("r1"), 0.0);
  EXPECT_EQ(metrics.at("r2"), 0.0);
  EXPECT_DOUBLE_EQ(metrics.at("discriminator_loss"), -metrics.at("divergence"));
}

TEST(Trainer, TheAverageOfTheFirstStepsStaysNearTheGenerator) {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
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
  const auto metrics = named(make_trainer(options, torch::kCPU).step(pictures(4, 1)));
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
  const LabeledImages real = pictures(4, 1);
  const auto metrics = named(trainer.step(real));
  const auto others = named(shifted.step(real));
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
  const LabeledImages real = pictures(4, 1);
  const auto expected = named(make_trainer(whole, torch::kCPU).step(real));
  const auto found = named(make_trainer(parts, torch::kCPU).step(real));
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
  trainer.step(pictures(12, 1));
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
      trainer.step(pictures(count, 1));
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

TEST(Trainer, RarerPenaltiesWeighSoMuchMore) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  options.learning_rate = 1e-12;
  const LabeledImages real = pictures(4, 1);
  const auto every = named(make_trainer(options, torch::kCPU).step(real));
  options.penalty_every = 3;
  Trainer lazy = make_trainer(options, torch::kCPU);
  std::vector<double> found;
  for (int i = 0; i < 6; ++i) {
    found.push_back(named(lazy.step(real)).at("r1"));
  }
  EXPECT_NEAR(found[0] / every.at("r1"), 3, 1e-4);
  EXPECT_NEAR(found[3] / every.at("r1"), 3, 1e-3);
  EXPECT_EQ(found[1] + found[2] + found[4] + found[5], 0);
}

TEST(Trainer, PenaltiesFollowTheirScheduleAndEndWhereItDoes) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  options.learning_rate = 1e-12;
  options.decay_steps = 4;
  options.penalty_end = 0;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = pictures(4, 1);
  const double first = named(trainer.step(real)).at("r1");
  EXPECT_GT(first, 0);
  for (int64_t step = 1; step < 6; ++step) {
    EXPECT_NEAR(named(trainer.step(real)).at("r1") / first, penalty_scale_at(options, step), 1e-3) << step;
  }
  EXPECT_EQ(named(trainer.step(real)).at("r1"), 0);
}

TEST(Trainer, TheAverageMovesTowardTheGeneratorByTheHalfLifeOfItsStep) {
  TrainingOptions options = small_options();
  options.learning_rate = 1e-2;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = pictures(4, 1);
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

TEST(Trainer, PenaltiesOnAShareOfTheBatchAreThoseOfItsFirstImages) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  const LabeledImages real = pictures(4, 1);
  options.penalty_share = 0.5;
  const auto half = named(make_trainer(options, torch::kCPU).step(real));
  options.penalty_share = 1;
  Trainer trainer = make_trainer(options, torch::kCPU);
  Discriminator discriminator = trainer.discriminator();
  const MathAttention math_attention;
  const Critic critic = [&](const torch::Tensor& images) { return discriminator->forward(images); };
  const double expected =
      exact_gradient_penalty(critic, real.images.narrow(0, 0, 2), options.r1).item<double>();
  EXPECT_NEAR(half.at("r1") / expected, 1, 1e-5);
  EXPECT_NEAR(half.at("divergence"), named(trainer.step(real)).at("divergence"), 1e-5);
}

// Ten steps of the discriminator for one of the generator, which moves the pictures between.
TEST(Trainer, ThePenaltyOfWganGpPullsTheSlopeTowardOne) {
  TrainingOptions options = small_options();
  options.loss.divergence = "wasserstein";
  options.r1 = options.r2 = 0;
  options.gradient_penalty = 10;
  options.learning_rate = 3e-3;
  options.critic_steps = 10;
  options.batch_size = 16;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = pictures(160, 1);
  const double before = named(trainer.step(real)).at("gradient_penalty");
  double after = 0;
  for (int i = 0; i < 20; ++i) {
    after = named(trainer.step(real)).at("gradient_penalty");
  }
  EXPECT_GT(before, 1);
  EXPECT_LT(after, 0.5 * before) << before;
}

TEST(Trainer, WhatIsNotFiniteMovesNothingAndIsNamed) {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
  EXPECT_EQ(trainer.fault_of(read_metrics(trainer.step(pictures(4, 1)))), "");
  const auto before = copy_of_state(trainer);
  LabeledImages real = pictures(4, 2);
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
  const std::string fault = trainer.fault_of(read_metrics(trainer.step(pictures(4, 1))));
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
    largest = std::max(largest, named(trainer.step(real)).at("augment_probability"));
  }
  EXPECT_GT(largest, 0.1);
  EXPECT_EQ(copy_of_state(trainer).count("augment_probability"), 1U);
}

TEST(Trainer, AConditionalPairLearnsWhichPictureBelongsToWhichClass) {
  TrainingOptions options = small_options();
  options.model.classes = 2;
  options.learning_rate = 3e-3;
  options.ema_half_life = 1;
  options.batch_size = 16;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const torch::Tensor labels = torch::arange(16, torch::kInt64) % 2;
  const LabeledImages real{(labels.to(torch::kFloat32) * 1.2 - 0.6).view({16, 1, 1, 1}).expand({16, 1, 8, 8}),
                           labels};
  for (int i = 0; i < 150; ++i) {
    trainer.step(real);
  }
  const torch::Tensor drawn =
      trainer.sample(latents_from_seed(16, options.model.latent, 0), labels).mean({1, 2, 3});
  EXPECT_GT(drawn.masked_select(labels == 1).mean().item<double>(),
            drawn.masked_select(labels == 0).mean().item<double>() + 0.5);
}

// bfloat16 keeps 8 bits of a product's factors. Differences of logits feel that, exact penalties do not,
// which are taken in float32.
TEST(Trainer, InBfloat16LossesAndPenaltiesAgreeWithFloat32) {
  TrainingOptions options = small_options();
  options.batch_size = 64;
  options.r1 = options.r2 = 1;
  const LabeledImages real = pictures(64, 1);
  const auto step = [&](Precision precision) {
    options.precision = precision;
    return named(make_trainer(options, torch::kCPU).step(real));
  };
  for (const auto& [penalty, tolerance] :
       {std::pair(Penalty::finite_difference, 0.3), std::pair(Penalty::exact, 1e-3)}) {
    options.penalty = penalty;
    const auto expected = step(Precision::float32);
    const auto found = step(Precision::bfloat16);
    for (const char* name : {"divergence", "generator_loss", "log_ratio_real", "log_ratio_fake"}) {
      EXPECT_NEAR(found.at(name), expected.at(name), 0.02) << name_of(penalty_names, penalty) << " " << name;
    }
    EXPECT_NE(found.at("generator_loss"), expected.at("generator_loss"));
    EXPECT_NEAR(found.at("r1") / expected.at("r1"), 1, tolerance) << name_of(penalty_names, penalty);
  }
}

TEST(Trainer, TheScaleOfTheLearningRateScalesTheStep) {
  const LabeledImages real = pictures(4, 1);
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
  const LabeledImages real = pictures(4, 1);
  EXPECT_TRUE(std::isfinite(
      named(trainer.step({real.images.to(*device), real.labels.to(*device)})).at("divergence")));
  const torch::Tensor latents = latents_from_seed(4, options.model.latent, 0);
  EXPECT_TRUE(torch::allclose(make_trainer(options, *device).sample(latents),
                              make_trainer(options, torch::kCPU).sample(latents), 1e-3, 1e-3));
}

TEST(LabelsForAGrid, ShowEachClassEquallyOftenAndSideBySide) {
  EXPECT_TRUE(torch::equal(labels_for_grid(6, 3), torch::tensor({0, 0, 1, 1, 2, 2}, torch::kInt64)));
  EXPECT_TRUE(torch::equal(labels_for_grid(2, 4), torch::tensor({0, 2}, torch::kInt64)));
  EXPECT_FALSE(labels_for_grid(6, 0).defined());
}

TEST(LatentsFromSeed, AreTheSameForOneSeedAndABeginningOfMore) {
  EXPECT_TRUE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 5)));
  EXPECT_FALSE(torch::equal(latents_from_seed(3, 8, 5), latents_from_seed(3, 8, 6)));
}

}  // namespace
}  // namespace ganwright
