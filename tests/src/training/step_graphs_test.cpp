#include "training/step_graphs.h"

#include <ATen/Context.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <stdexcept>

#include "losses/logits.h"
#include "losses/objective/objective.h"
#include "tests/support/cuda_or_skip.h"

namespace ganwright {
namespace {

using test_support::cuda_device;

TEST(StepGraphs, OnTheCpuCallABodyEachTime) {
  StepGraphs graphs(torch::kCPU);
  int calls = 0;
  for (int i = 0; i < 8; ++i) {
    graphs.run("count", [&] { ++calls; });
  }
  EXPECT_EQ(calls, 8);
  EXPECT_FALSE(graphs.is_captured("count"));
  EXPECT_THROW(graphs.run("count", [] { throw std::domain_error("no"); }), std::domain_error);
}

TEST(StepGraphs, OnCudaRepeatABodyThatIsCalledFourTimes) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  StepGraphs graphs(*device);
  const torch::Tensor added = torch::zeros({}, *device);
  const torch::Tensor sum = torch::zeros({}, *device);
  const torch::Tensor doubled = torch::zeros({}, *device);
  int calls = 0;
  for (int i = 1; i <= 10; ++i) {
    added.fill_(i);
    graphs.run("sum", [&] {
      ++calls;
      sum.add_(added);
    });
    graphs.run("double", [&] { doubled.copy_(sum * 2); });
  }
  EXPECT_EQ(sum.item<float>(), 55);
  EXPECT_EQ(doubled.item<float>(), 110);
  EXPECT_EQ(calls, 4);
  EXPECT_TRUE(graphs.is_captured("sum") && graphs.is_captured("double"));
}

TEST(StepGraphs, DrawOnCudaWhatIsDrawnWithoutThem) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  at::Generator random = at::globalContext().defaultGenerator(*device);
  // Between the runs the generator serves others.
  const auto drawn = [&](const std::function<void(const std::function<void()>&)>& run) {
    const torch::Tensor numbers = torch::zeros({16}, *device);
    torch::Tensor all = torch::zeros({0}, *device);
    random.set_current_seed(5);
    for (int i = 0; i < 8; ++i) {
      run([&] { numbers.copy_(torch::randn({16}, random, numbers.options())); });
      all = torch::cat({all, numbers, torch::rand({1}, random, numbers.options())});
    }
    return all;
  };
  const torch::Tensor expected = drawn([](const std::function<void()>& body) { body(); });
  StepGraphs graphs(*device);
  const torch::Tensor found = drawn([&](const std::function<void()>& body) { graphs.run("draw", body); });
  EXPECT_TRUE(graphs.is_captured("draw"));
  EXPECT_TRUE(torch::equal(found, expected));
}

TEST(StepGraphs, OnCudaEvaluateObjectivesOnTheHostInTheirPlace) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  const Objective objective = make_objective("kl");
  const torch::Tensor logits = torch::zeros({3}, *device);
  const torch::Tensor gradient = torch::zeros({3}, *device);
  const torch::Tensor value = torch::zeros({3}, torch::TensorOptions(torch::kFloat64).device(*device));
  StepGraphs graphs(*device);
  for (int i = 0; i < 8; ++i) {
    const torch::Tensor input = torch::tensor({0.25F * static_cast<float>(i), -1.5F, 1e30F});
    logits.copy_(input);
    graphs.run("objective", [&] {
      const torch::Tensor leaf = logits.detach().requires_grad_(true);
      const torch::Tensor result = evaluate(objective, objective.psi, leaf);
      value.copy_(result.detach());
      gradient.copy_(torch::autograd::grad({result.sum()}, {leaf})[0]);
    });
    const torch::Tensor leaf = input.clone().requires_grad_(true);
    const Objective reference = make_objective("kl");
    const torch::Tensor expected = evaluate(reference, reference.psi, leaf);
    EXPECT_TRUE(torch::equal(value.cpu(), expected.detach()));
    EXPECT_TRUE(torch::equal(gradient.cpu(), torch::autograd::grad({expected.sum()}, {leaf})[0]));
    EXPECT_EQ(*objective.clamped, (i + 1) * *reference.clamped);
    EXPECT_GT(*reference.clamped, 0);
  }
  EXPECT_TRUE(graphs.is_captured("objective"));
}

TEST(StepGraphs, OnCudaABodyThatCannotBeCapturedIsCalledAllTheSame) {
  const auto [device, reason] = cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  const torch::Tensor sum = torch::zeros({}, *device);
  StepGraphs graphs(*device);
  for (int i = 0; i < 8; ++i) {
    // What it draws before it waits for the device is drawn again where the capture has failed.
    graphs.run("wait", [&] {
      const torch::Tensor random = torch::rand({}, sum.options());
      sum.add_(random.item<float>() < 2 ? 1 : 0);
    });
  }
  EXPECT_EQ(sum.item<float>(), 8);
  EXPECT_FALSE(graphs.is_captured("wait"));
  EXPECT_LT(torch::rand({}, sum.options()).item<float>(), 1);
}

}  // namespace
}  // namespace ganwright
