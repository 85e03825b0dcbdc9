#include "losses/on_host.h"

#include <gtest/gtest.h>

#include <stdexcept>

namespace ganwright {
namespace {

// The sum of each number with 1, and its square.
void sum_and_square(const double* inputs, int64_t count, const std::vector<double*>& outputs) {
  for (int64_t i = 0; i < count; ++i) {
    outputs[0][i] = inputs[i] + 1;
    outputs[1][i] = inputs[i] * inputs[i];
  }
}

TEST(OnHost, GivesDoublesOfTheShapeOfItsInputWithoutAGradient) {
  // Transposed in memory.
  const torch::Tensor input = torch::arange(6, torch::kFloat32).view({2, 3}).t().requires_grad_(true);
  const std::vector<torch::Tensor> found = on_host(input, 2, sum_and_square);
  ASSERT_EQ(found.size(), 2U);
  EXPECT_TRUE(torch::equal(found[0], input.detach().to(torch::kFloat64) + 1));
  EXPECT_TRUE(torch::equal(found[1], input.detach().to(torch::kFloat64).square()));
  EXPECT_FALSE(found[0].requires_grad());
  EXPECT_TRUE(on_host(torch::empty({0}), 2, sum_and_square)[1].numel() == 0);
}

TEST(OnHost, NeedsNoCallerForTheCpuAndThrowsWhatTheFunctionThrows) {
  int calls = 0;
  set_stream_caller([&](const std::function<void()>&) { ++calls; });
  const auto refuse = [](const double*, int64_t, const std::vector<double*>&) {
    throw std::domain_error("no");
  };
  EXPECT_THROW(on_host(torch::ones({2}), 1, refuse), std::domain_error);
  EXPECT_EQ(on_host(torch::ones({}), 2, sum_and_square)[0].item<double>(), 2);
  set_stream_caller({});
  EXPECT_EQ(calls, 0);
}

}  // namespace
}  // namespace ganwright
