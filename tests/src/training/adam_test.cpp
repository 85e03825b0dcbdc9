#include "training/adam.h"

#include <gtest/gtest.h>
#include <torch/optim/adam.h>

#include <limits>

namespace ganwright {
namespace {

TEST(Adam, TakesTheStepsOfTorchsOwnOptimizer) {
  torch::manual_seed(1);
  const torch::Tensor start = torch::randn({5, 3}, torch::kFloat64);
  torch::Tensor ours = start.clone().requires_grad_(true);
  torch::Tensor theirs = start.clone().requires_grad_(true);
  Adam adam({ours}, 0.0, 0.99);
  torch::optim::Adam reference({theirs}, torch::optim::AdamOptions(0.01).betas({0.0, 0.99}));
  for (int i = 0; i < 20; ++i) {
    const torch::Tensor gradient = torch::randn({5, 3}, torch::kFloat64);
    // Transposed in memory: autograd promises no layout.
    adam.step({gradient.t().contiguous().t()}, 0.01);
    theirs.mutable_grad() = gradient;
    reference.step();
  }
  EXPECT_TRUE(torch::allclose(ours, theirs, 1e-10, 1e-12));
  EXPECT_FALSE(torch::allclose(ours, start));
}

TEST(Adam, GoesOnFromACopiedState) {
  torch::Tensor first = torch::ones({4}).requires_grad_(true);
  Adam adam({first}, 0.0, 0.99);
  adam.step({torch::full({4}, 2.0)}, 0.1);
  torch::Tensor second = first.detach().clone().requires_grad_(true);
  Adam copy({second}, 0.0, 0.99);
  const auto from = adam.state("optimizer");
  const auto to = copy.state("optimizer");
  ASSERT_EQ(from.size(), 3U);
  for (size_t i = 0; i < from.size(); ++i) {
    EXPECT_EQ(from[i].first, to[i].first);
    torch::Tensor target = to[i].second;
    target.copy_(from[i].second);
  }
  adam.step({torch::full({4}, -1.0)}, 0.1);
  copy.step({torch::full({4}, -1.0)}, 0.1);
  EXPECT_TRUE(torch::equal(first, second));
}

TEST(Adam, AParametersShareScalesItsLearningRateAlone) {
  const auto moved = [](const std::vector<double>& shares) {
    std::vector<torch::Tensor> parameters{torch::ones({2}).requires_grad_(true),
                                          torch::ones({3}).requires_grad_(true)};
    Adam adam(parameters, 0.0, 0.99, shares);
    adam.step({torch::full({2}, 2.0), torch::full({3}, 2.0)}, 0.1);
    return std::pair(1 - parameters[0][0].item<double>(), 1 - parameters[1][0].item<double>());
  };
  const auto even = moved({});
  const auto uneven = moved({1, 0.25});
  EXPECT_NEAR(even.first, 0.1, 1e-6);
  EXPECT_EQ(even.first, even.second);
  EXPECT_EQ(uneven.first, even.first);
  EXPECT_NEAR(uneven.second, 0.25 * even.second, 1e-6);
}

TEST(Adam, ARateInATensorIsAsGoodAsOneInANumber) {
  torch::manual_seed(2);
  std::vector<torch::Tensor> by_number{torch::randn({4}).requires_grad_(true),
                                       torch::randn({3}).requires_grad_(true)};
  std::vector<torch::Tensor> by_tensor;
  for (const torch::Tensor& parameter : by_number) {
    by_tensor.push_back(parameter.detach().clone().requires_grad_(true));
  }
  Adam first(by_number, 0.0, 0.99, {1, 0.1});
  Adam second(by_tensor, 0.0, 0.99, {1, 0.1});
  const torch::Tensor rate = torch::zeros({}, torch::kFloat64);
  for (int i = 1; i <= 5; ++i) {
    const std::vector<torch::Tensor> gradients{torch::randn({4}), torch::randn({3})};
    rate.fill_(0.1 / i);
    first.step(gradients, 0.1 / i);
    second.step(gradients, rate);
  }
  EXPECT_TRUE(torch::equal(by_number[0], by_tensor[0]));
  EXPECT_TRUE(torch::equal(by_number[1], by_tensor[1]));
}

TEST(Adam, ASkippedStepLeavesNoTrace) {
  torch::Tensor parameter = torch::ones({4}).requires_grad_(true);
  Adam adam({parameter}, 0.0, 0.99);
  const torch::Tensor rate = torch::full({}, 0.1, torch::kFloat64);
  adam.step({torch::full({4}, 2.0)}, rate, torch::zeros({}));
  std::vector<torch::Tensor> before{parameter.detach().clone()};
  for (const auto& [name, tensor] : adam.state("optimizer")) {
    before.push_back(tensor.clone());
  }
  adam.step({torch::full({4}, std::numeric_limits<float>::quiet_NaN())}, rate, torch::ones({}));
  EXPECT_TRUE(torch::equal(parameter, before[0]));
  const auto after = adam.state("optimizer");
  for (size_t i = 0; i < after.size(); ++i) {
    EXPECT_TRUE(torch::equal(after[i].second, before[i + 1])) << after[i].first;
  }
}

TEST(ClipGradientNorm, ScalesToTheLargestNormAndReturnsTheNormsBefore) {
  std::vector<torch::Tensor> gradients{torch::full({4}, 3.0), torch::full({4}, 4.0)};
  const torch::Tensor norms = clip_gradient_norm(gradients, 1.0);
  EXPECT_NEAR(norms[0].item<double>(), 6.0, 1e-6);
  EXPECT_NEAR(norms[1].item<double>(), 8.0, 1e-6);
  EXPECT_NEAR(gradients[0][0].item<double>(), 0.3, 1e-6);
  EXPECT_NEAR(gradients[1][0].item<double>(), 0.4, 1e-6);
}

TEST(ClipGradientNorm, ClipsGradientsWhoseSquaresAreBeyondFloat32) {
  const torch::Tensor direction = torch::tensor({3.0, 0.0, -4.0}, torch::kFloat32);
  std::vector<torch::Tensor> gradients{direction * 1e30, direction * 1e-30};
  const torch::Tensor norms = clip_gradient_norm(gradients, 1.0);
  EXPECT_TRUE(torch::allclose(gradients[0], direction / 5, 1e-6, 0));
  EXPECT_NEAR(norms[0].item<double>() / 5e30, 1, 1e-6);
  // Adam squares what is left as it is.
  gradients[0] = direction * 1e30;
  EXPECT_TRUE(torch::isinf(clip_gradient_norm(gradients, 0)[0]).item<bool>());
}

TEST(ClipGradientNorm, LeavesSmallGradientsAndZeroMeansAny) {
  std::vector<torch::Tensor> gradients{torch::full({1}, 0.5)};
  clip_gradient_norm(gradients, 1.0);
  EXPECT_EQ(gradients[0].item<float>(), 0.5F);
  gradients[0].fill_(100);
  clip_gradient_norm(gradients, 0.0);
  EXPECT_EQ(gradients[0].item<float>(), 100.0F);
}

}  // namespace
}  // namespace ganwright
