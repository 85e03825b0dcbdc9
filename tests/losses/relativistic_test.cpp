#include "losses/relativistic.h"

#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <cmath>

#include "losses/loss_error.h"

namespace ganwright {
namespace {

const torch::Tensor kReal = torch::tensor({-1.5, 0.0, 0.7, 3.0}, torch::kFloat64);
const torch::Tensor kFake = torch::tensor({0.5, -2.0, 0.7, -1.0}, torch::kFloat64);

// R3GAN (Huang et al. 2024) writes softplus(-(D(x) - D(G(z)))) for what the discriminator minimizes.
TEST(Relativistic, OfGanItIsTheLossOfR3Gan) {
  const Loss loss = make_loss({.divergence = "gan"});
  require_relativistic(loss);
  const torch::Tensor difference = kReal - kFake;
  const torch::Tensor expected = 2 * std::log(2.0) - 2 * at::softplus(-difference).mean();
  EXPECT_NEAR(relativistic_bound(loss.objective, kReal, kFake).item<double>(), expected.item<double>(),
              1e-12);
  const torch::Tensor generator = 2 * at::softplus(difference).mean() - 2 * std::log(2.0);
  EXPECT_NEAR(relativistic_generator_loss(loss, kReal, kFake).item<double>(), generator.item<double>(),
              1e-12);
}

TEST(Relativistic, MinimaxIsWhatTheDiscriminatorGains) {
  const Loss loss = make_loss({.divergence = "jeffreys", .generator_objective = "minimax"});
  EXPECT_EQ(relativistic_generator_loss(loss, kReal, kFake).item<double>(),
            relativistic_bound(loss.objective, kReal, kFake).item<double>());
}

TEST(Relativistic, EqualOutputsGainNothingAndAnOffsetChangesNothing) {
  for (const char* name : {"kl", "gan", "pearson-chi2", "squared-hellinger"}) {
    const Objective objective = make_loss({.divergence = name}).objective;
    EXPECT_NEAR(relativistic_bound(objective, kReal, kReal).item<double>(), 0, 1e-12) << name;
    EXPECT_NEAR(relativistic_bound(objective, kReal + 5, kFake + 5).item<double>(),
                relativistic_bound(objective, kReal, kFake).item<double>(), 1e-9)
        << name;
  }
}

TEST(Relativistic, TheGradientIsThatOfFiniteDifferences) {
  const Loss loss = make_loss({.divergence = "squared-hellinger"});
  const torch::Tensor real = kReal.clone().requires_grad_(true);
  const torch::Tensor gradient =
      torch::autograd::grad({relativistic_bound(loss.objective, real, kFake)}, {real})[0];
  for (int64_t i = 0; i < kReal.numel(); ++i) {
    torch::Tensor step = torch::zeros_like(kReal);
    step[i] = 1e-5;
    const double slope = (relativistic_bound(loss.objective, kReal + step, kFake) -
                          relativistic_bound(loss.objective, kReal - step, kFake))
                             .item<double>() /
                         2e-5;
    EXPECT_NEAR(gradient[i].item<double>(), slope, 1e-6 * (1 + std::abs(slope)));
  }
}

TEST(Relativistic, NeedsOutputsThatAreTheLogRatioUpToAFactor) {
  EXPECT_NO_THROW(require_relativistic(make_loss({.divergence = "kl"})));
  EXPECT_NO_THROW(require_relativistic(make_loss({.divergence = "kl", .link = "3*log(t)"})));
  // Its sigmoid is the activation; the raw output before it is log r.
  EXPECT_NO_THROW(require_relativistic(make_loss({.divergence = "gan", .link = "posterior"})));
  for (const LossOptions& options :
       {LossOptions{.divergence = "kl", .link = "ratio"}, LossOptions{.divergence = "kl", .link = "1+log(t)"},
        LossOptions{.divergence = "total-variation"}, LossOptions{.divergence = "hinge"},
        LossOptions{.divergence = "wasserstein"}}) {
    EXPECT_THROW(require_relativistic(make_loss(options)), LossError) << options.divergence << options.link;
  }
}

TEST(Relativistic, HasNoOtherGeneratorObjective) {
  EXPECT_THROW(require_relativistic(make_loss({.divergence = "gan", .generator_objective = "kl"})),
               LossError);
  EXPECT_THROW(require_relativistic(make_loss({.divergence = "gan", .beta = "-v"})), LossError);
}

}  // namespace
}  // namespace ganwright
