#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "models/attention.h"
#include "tests/support/exact_penalty.h"
#include "tests/support/make_trainer.h"
#include "tests/support/small_options.h"
#include "tests/support/training_steps.h"
#include "training/schedule.h"
#include "training/trainer.h"

namespace ganwright {
namespace {

using test_support::make_trainer;
using test_support::named_metrics;
using test_support::random_images;
using test_support::small_options;

TEST(TrainerPenalties, ThePenaltiesAgreeInBothWaysOfComputingThem) {
  TrainingOptions options = small_options();
  options.batch_size = 2048;
  std::map<std::string, double> finite;
  std::map<std::string, double> exact;
  for (int64_t seed = 0; seed < 8; ++seed) {
    options.seed = seed;
    const LabeledImages real = random_images(options.batch_size, static_cast<uint64_t>(seed));
    for (auto [penalty, sums] :
         {std::pair(Penalty::finite_difference, &finite), std::pair(Penalty::exact, &exact)}) {
      options.penalty = penalty;
      for (const auto& [name, value] : named_metrics(make_trainer(options, torch::kCPU).step(real))) {
        (*sums)[name] += value;
      }
    }
  }
  EXPECT_NEAR(finite.at("r1") / exact.at("r1"), 1.0, 0.06);
  EXPECT_NEAR(finite.at("r2") / exact.at("r2"), 1.0, 0.06);
  EXPECT_GT(exact.at("r1"), 0);
}

TEST(TrainerPenalties, ExactPenaltiesAreThoseOfTheDiscriminatorAsItWasBeforeTheStep) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  const LabeledImages real = random_images(4, 1);
  Trainer trainer = make_trainer(options, torch::kCPU);
  Discriminator discriminator = trainer.discriminator();
  const Critic critic = [&](const torch::Tensor& images) { return discriminator->forward(images); };
  double expected = 0;
  {
    const MathAttention math_attention;
    expected = exact_gradient_penalty(critic, real.images, options.r1).item<double>();
  }
  EXPECT_NEAR(named_metrics(trainer.step(real)).at("r1") / expected, 1.0, 1e-5);

  // Each gamma weighs its own penalty, and the other is as good as absent.
  options.r1 = 0;
  options.r2 = 1;
  const auto with_r2 = named_metrics(make_trainer(options, torch::kCPU).step(real));
  options.r2 = 3;
  const auto with_more = named_metrics(make_trainer(options, torch::kCPU).step(real));
  EXPECT_EQ(with_r2.at("r1"), 0.0);
  EXPECT_GT(with_r2.at("r2"), 0.0);
  EXPECT_NEAR(with_more.at("r2") / with_r2.at("r2"), 3.0, 1e-5);
}

TEST(TrainerPenalties, NoGammaMeansNoPenalty) {
  TrainingOptions options = small_options();
  options.r1 = options.r2 = 0;
  const auto metrics = named_metrics(make_trainer(options, torch::kCPU).step(random_images(4, 1)));
  EXPECT_EQ(metrics.at("r1"), 0.0);
  EXPECT_EQ(metrics.at("r2"), 0.0);
  EXPECT_DOUBLE_EQ(metrics.at("discriminator_loss"), -metrics.at("divergence"));
}

TEST(TrainerPenalties, RarerPenaltiesWeighSoMuchMore) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  options.learning_rate = 1e-12;
  const LabeledImages real = random_images(4, 1);
  const auto every = named_metrics(make_trainer(options, torch::kCPU).step(real));
  options.penalty_every = 3;
  Trainer lazy = make_trainer(options, torch::kCPU);
  std::vector<double> found;
  for (int i = 0; i < 6; ++i) {
    found.push_back(named_metrics(lazy.step(real)).at("r1"));
  }
  EXPECT_NEAR(found[0] / every.at("r1"), 3, 1e-4);
  EXPECT_NEAR(found[3] / every.at("r1"), 3, 1e-3);
  EXPECT_EQ(found[1] + found[2] + found[4] + found[5], 0);
}

TEST(TrainerPenalties, PenaltiesFollowTheirScheduleAndEndWhereItDoes) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  options.learning_rate = 1e-12;
  options.decay_steps = 4;
  options.penalty_end = 0;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = random_images(4, 1);
  const double first = named_metrics(trainer.step(real)).at("r1");
  EXPECT_GT(first, 0);
  for (int64_t step = 1; step < 6; ++step) {
    EXPECT_NEAR(named_metrics(trainer.step(real)).at("r1") / first, penalty_scale_at(options, step), 1e-3)
        << step;
  }
  EXPECT_EQ(named_metrics(trainer.step(real)).at("r1"), 0);
}

TEST(TrainerPenalties, PenaltiesOnAShareOfTheBatchAreThoseOfItsFirstImages) {
  TrainingOptions options = small_options();
  options.penalty = Penalty::exact;
  const LabeledImages real = random_images(4, 1);
  options.penalty_share = 0.5;
  const auto half = named_metrics(make_trainer(options, torch::kCPU).step(real));
  options.penalty_share = 1;
  Trainer trainer = make_trainer(options, torch::kCPU);
  Discriminator discriminator = trainer.discriminator();
  const MathAttention math_attention;
  const Critic critic = [&](const torch::Tensor& images) { return discriminator->forward(images); };
  const double expected =
      exact_gradient_penalty(critic, real.images.narrow(0, 0, 2), options.r1).item<double>();
  EXPECT_NEAR(half.at("r1") / expected, 1, 1e-5);
  EXPECT_NEAR(half.at("divergence"), named_metrics(trainer.step(real)).at("divergence"), 1e-5);
}

// Ten steps of the discriminator for one of the generator, which moves the pictures between.
TEST(TrainerPenalties, ThePenaltyOfWganGpPullsTheSlopeTowardOne) {
  TrainingOptions options = small_options();
  options.loss.divergence = "wasserstein";
  options.r1 = options.r2 = 0;
  options.gradient_penalty = 10;
  options.learning_rate = 3e-3;
  options.critic_steps = 10;
  options.batch_size = 16;
  Trainer trainer = make_trainer(options, torch::kCPU);
  const LabeledImages real = random_images(160, 1);
  const double before = named_metrics(trainer.step(real)).at("gradient_penalty");
  double after = 0;
  for (int i = 0; i < 20; ++i) {
    after = named_metrics(trainer.step(real)).at("gradient_penalty");
  }
  EXPECT_GT(before, 1);
  EXPECT_LT(after, 0.5 * before) << before;
}

// bfloat16 keeps 8 bits of a product's factors. Differences of logits feel that, exact penalties do not,
// which are taken in float32.
TEST(TrainerPenalties, InBfloat16LossesAndPenaltiesAgreeWithFloat32) {
  TrainingOptions options = small_options();
  options.batch_size = 64;
  options.r1 = options.r2 = 1;
  const LabeledImages real = random_images(64, 1);
  const auto step = [&](Precision precision) {
    options.precision = precision;
    return named_metrics(make_trainer(options, torch::kCPU).step(real));
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

}  // namespace
}  // namespace ganwright
