#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <map>
#include <memory>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "tests/support/cuda_or_skip.h"
#include "tests/support/make_trainer.h"
#include "tests/support/small_options.h"
#include "training/peak_memory.h"
#include "training/trainer.h"

namespace ganwright {
namespace {

using test_support::cuda_device;
using test_support::make_trainer;
using test_support::small_options;

// Everything that a step changes, on the CPU.
struct Snapshot {
  std::map<std::string, torch::Tensor> state;
  torch::Tensor random;
  int64_t steps;
  int64_t clamped;
};

Snapshot snapshot_of(const Trainer& trainer) {
  Snapshot snapshot{{}, trainer.random_state(), trainer.steps_done(), 0};
  for (const auto& [name, tensor] : trainer.state()) {
    snapshot.state[name] = tensor.cpu().clone();
  }
  snapshot.clamped = trainer.clamped();
  return snapshot;
}

void restore(const Snapshot& snapshot, Trainer& trainer) {
  for (const auto& [name, tensor] : trainer.state()) {
    torch::Tensor target = tensor;
    target.copy_(snapshot.state.at(name));
  }
  trainer.set_random_state(snapshot.random);
  trainer.set_steps_done(snapshot.steps);
  trainer.set_clamped(snapshot.clamped);
}

void expect_equal(const Snapshot& found, const Snapshot& expected) {
  for (const auto& [name, tensor] : expected.state) {
    EXPECT_TRUE(torch::allclose(found.state.at(name), tensor, 1e-4, 1e-5)) << name;
  }
  EXPECT_TRUE(torch::equal(found.random, expected.random));
  EXPECT_EQ(found.clamped, expected.clamped);
}

// Everything that changes from step to step. Without translation: its gradient adds up pixels at the border
// in no order of its own, and Adam makes much of small differences.
TrainingOptions lively_options() {
  TrainingOptions options = small_options();
  options.model.classes = 2;
  options.penalty_every = 2;
  options.warm_up = 5;
  options.decay_steps = 12;
  options.learning_rate_end = 0.1;
  options.penalty_end = 0.2;
  options.augment = {Augmentation::flip, Augmentation::color, Augmentation::cutout};
  options.augment_target = 0.1;
  options.augment_images = 200;
  return options;
}

// Each step has pictures of its own.
void take_steps(Trainer& trainer, const TrainingOptions& options, const torch::Device& device, int64_t end) {
  const int64_t count = options.batch_size * options.critic_steps;
  while (trainer.steps_done() < end) {
    const auto seed = static_cast<uint64_t>(trainer.steps_done());
    at::Generator random = at::detail::createCPUGenerator(seed);
    trainer.step({(torch::rand({count, 1, 8, 8}, random) * 2 - 1).to(device),
                  (torch::arange(count, torch::kInt64) % 2).to(device)});
  }
}

std::vector<std::pair<std::string, TrainingOptions>> options_to_capture() {
  TrainingOptions exact = lively_options();
  exact.penalty = Penalty::exact;
  TrainingOptions bfloat16 = lively_options();
  bfloat16.precision = Precision::bfloat16;
  bfloat16.accumulate = 2;
  TrainingOptions pairs = lively_options();
  pairs.pairing = Pairing::relativistic;
  pairs.loss.divergence = "kl";
  pairs.gradient_penalty = 1;
  pairs.critic_steps = 2;
  return {{"finite differences", lively_options()},
          {"exact penalties", exact},
          {"bfloat16", bfloat16},
          {"relativistic", pairs}};
}

// What is logged while it lives.
class LogOf {
 public:
  LogOf() {
    spdlog::set_default_logger(
        std::make_shared<spdlog::logger>("test", std::make_shared<spdlog::sinks::ostream_sink_mt>(text_)));
  }
  ~LogOf() { spdlog::set_default_logger(before_); }
  LogOf(const LogOf&) = delete;
  LogOf& operator=(const LogOf&) = delete;
  LogOf(LogOf&&) = delete;
  LogOf& operator=(LogOf&&) = delete;
  [[nodiscard]] std::string text() const { return text_.str(); }

 private:
  std::shared_ptr<spdlog::logger> before_ = spdlog::default_logger();
  std::ostringstream text_;
};

// The first three runs of a part are not captured, so a trainer that takes no more captures none.
TEST(TrainerOnCuda, CapturedStepsAreThoseThatAreNotAlsoAfterAResumption) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  for (const auto& [name, options] : options_to_capture()) {
    SCOPED_TRACE(name);
    const LogOf log;
    Trainer trainer = make_trainer(options, *device);
    const Snapshot start = snapshot_of(trainer);
    take_steps(trainer, options, *device, 9);
    const Snapshot middle = snapshot_of(trainer);
    take_steps(trainer, options, *device, 12);
    const Snapshot end = snapshot_of(trainer);
    restore(middle, trainer);
    take_steps(trainer, options, *device, 12);
    expect_equal(snapshot_of(trainer), end);
    EXPECT_EQ(log.text(), "") << "a part was not captured";

    Snapshot uncaptured = start;
    while (uncaptured.steps < 12) {
      Trainer another = make_trainer(options, *device);
      restore(uncaptured, another);
      take_steps(another, options, *device, uncaptured.steps + 3 / options.critic_steps);
      uncaptured = snapshot_of(another);
    }
    expect_equal(uncaptured, end);
  }
}

TEST(TrainerOnCuda, StepsTakeNoMoreMemoryAsTheyGoOn) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  const TrainingOptions options = lively_options();
  Trainer trainer = make_trainer(options, *device);
  take_steps(trainer, options, *device, 20);
  const int64_t before = peak_memory(*device);
  take_steps(trainer, options, *device, 60);
  EXPECT_EQ(peak_memory(*device), before);
}

}  // namespace
}  // namespace ganwright
