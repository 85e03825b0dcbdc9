#include "losses/penalty.h"

#include <gtest/gtest.h>

#include <cmath>

#include "tests/support/exact_penalty.h"

namespace ganwright {
namespace {

constexpr double kGamma = 3;
constexpr double kSigma = 0.01;

torch::TensorOptions float64() {
  return torch::dtype(torch::kFloat64);
}

Critic linear_critic(const torch::Tensor& weight) {
  return [weight](const torch::Tensor& images) { return images.flatten(1).mv(weight) + 0.7; };
}

// v(x) = x' A x / 2 with a symmetric A, so that grad v = A x.
Critic quadratic_critic(const torch::Tensor& matrix) {
  return [matrix](const torch::Tensor& images) {
    const torch::Tensor x = images.flatten(1);
    return (x.mm(matrix) * x).sum(1) / 2;
  };
}

double finite_difference_value(const Critic& critic, const torch::Tensor& images, double gamma) {
  return finite_difference_penalty(critic(images), critic(images + kSigma * torch::randn_like(images)),
                                   kSigma, gamma)
      .item<double>();
}

class Penalty : public ::testing::Test {
 protected:
  void SetUp() override { torch::manual_seed(7); }
};

TEST_F(Penalty, ExactOfALinearCriticIsItsSquaredWeight) {
  const torch::Tensor weight = torch::randn({12}, float64());
  const torch::Tensor images = torch::randn({5, 3, 2, 2}, float64());
  const double expected = kGamma / 2 * weight.square().sum().item<double>();
  EXPECT_NEAR(exact_gradient_penalty(linear_critic(weight), images, kGamma).item<double>(), expected, 1e-12);
}

TEST_F(Penalty, ExactOfAQuadraticCriticIsTheMeanSquaredGradient) {
  const torch::Tensor half = torch::randn({12, 12}, float64());
  const torch::Tensor matrix = half + half.t();
  const torch::Tensor images = torch::randn({5, 3, 2, 2}, float64());
  const double expected = kGamma / 2 * images.flatten(1).mm(matrix).square().sum(1).mean().item<double>();
  EXPECT_NEAR(exact_gradient_penalty(quadratic_critic(matrix), images, kGamma).item<double>(), expected,
              1e-10);
}

TEST_F(Penalty, ExactOfAConstantCriticInOneImageDoesNotReachTheOthers) {
  const torch::Tensor weight = torch::ones({4}, float64());
  const torch::Tensor on = torch::tensor({1.0, 0.0}, float64());
  const Critic critic = [&](const torch::Tensor& images) { return images.flatten(1).mv(weight) * on; };
  // ||grad||^2 is 4 for the first image and 0 for the second.
  EXPECT_DOUBLE_EQ(exact_gradient_penalty(critic, torch::zeros({2, 4}, float64()), 1).item<double>(), 1.0);
}

TEST_F(Penalty, BothScaleWithGamma) {
  const Critic critic = linear_critic(torch::randn({12}, float64()));
  const torch::Tensor images = torch::randn({5, 12}, float64());
  EXPECT_NEAR(exact_gradient_penalty(critic, images, 10).item<double>(),
              10 * exact_gradient_penalty(critic, images, 1).item<double>(), 1e-10);
  const torch::Tensor logits = critic(images);
  const torch::Tensor perturbed = critic(images + 0.01);
  EXPECT_NEAR(finite_difference_penalty(logits, perturbed, kSigma, 10).item<double>(),
              10 * finite_difference_penalty(logits, perturbed, kSigma, 1).item<double>(), 1e-10);
}

TEST_F(Penalty, FiniteDifferencesAreTheMeanSquaredQuotient) {
  const torch::Tensor logits = torch::tensor({1.0, 2.0, 3.0}, float64());
  const torch::Tensor perturbed = torch::tensor({1.5, 2.0, 2.0}, float64());
  // Quotients 1, 0, -2 of step 1/2; half of gamma = 6 times their mean square 5/3.
  EXPECT_DOUBLE_EQ(finite_difference_penalty(logits, perturbed, 0.5, 6).item<double>(), 5.0);
}

TEST_F(Penalty, FiniteDifferencesOfALinearCriticScatterAroundTheExactValue) {
  constexpr int64_t kCount = 20000;
  const torch::Tensor weight = torch::randn({12}, float64());
  const torch::Tensor images = torch::randn({kCount, 12}, float64());
  const double exact = exact_gradient_penalty(linear_critic(weight), images, kGamma).item<double>();
  // (w'e)^2 is |w|^2 times a chi-squared variable of one degree: its relative standard deviation is sqrt(2).
  const double standard_error = exact * std::sqrt(2.0 / kCount);
  EXPECT_NEAR(finite_difference_value(linear_critic(weight), images, kGamma), exact, 4 * standard_error);
  EXPECT_NE(finite_difference_value(linear_critic(weight), images, kGamma), exact);
}

TEST_F(Penalty, FiniteDifferencesOfACurvedCriticAgreeWithTheExactValue) {
  constexpr int64_t kCount = 20000;
  const torch::Tensor half = torch::randn({12, 12}, float64());
  const torch::Tensor matrix = half + half.t();
  const torch::Tensor images = torch::randn({kCount, 12}, float64());
  const double exact = exact_gradient_penalty(quadratic_critic(matrix), images, kGamma).item<double>();
  EXPECT_NEAR(finite_difference_value(quadratic_critic(matrix), images, kGamma), exact, 0.05 * exact);
}

TEST_F(Penalty, KeepsTheDtypeOfTheCritic) {
  const torch::Tensor weight = torch::randn({12});
  const torch::Tensor images = torch::randn({5, 12});
  const Critic critic = linear_critic(weight);
  EXPECT_EQ(exact_gradient_penalty(critic, images, 1).scalar_type(), torch::kFloat32);
  EXPECT_EQ(finite_difference_penalty(critic(images), critic(images), kSigma, 1).scalar_type(),
            torch::kFloat32);
}

// Two-layer critic, curved in x and in its parameters.
class ParameterGradient : public Penalty {
 protected:
  void SetUp() override {
    Penalty::SetUp();
    images_ = torch::randn({4, 3}, float64());
    noise_ = kSigma * torch::randn({4, 3}, float64());
    first_ = torch::randn({3, 5}, float64()).requires_grad_(true);
    second_ = torch::randn({5}, float64()).requires_grad_(true);
  }

  torch::Tensor logits(const torch::Tensor& images) const { return images.mm(first_).tanh().mv(second_); }

  void expect_backward_agrees(const std::function<torch::Tensor()>& penalty) {
    constexpr double kStep = 1e-6;
    penalty().backward();
    for (const torch::Tensor& parameter : {first_, second_}) {
      const torch::Tensor gradient = parameter.grad().clone().flatten();
      auto* values = parameter.mutable_data_ptr<double>();
      for (int64_t i = 0; i < parameter.numel(); ++i) {
        const double value = values[i];
        values[i] = value + kStep;
        const double above = penalty().item<double>();
        values[i] = value - kStep;
        const double below = penalty().item<double>();
        values[i] = value;
        EXPECT_NEAR(gradient[i].item<double>(), (above - below) / (2 * kStep), 1e-6);
      }
    }
  }

  torch::Tensor images_, noise_, first_, second_;
};

TEST_F(ParameterGradient, OfTheExactPenaltyAgreesWithDifferences) {
  expect_backward_agrees([this] {
    return exact_gradient_penalty([this](const torch::Tensor& x) { return logits(x); }, images_, kGamma);
  });
}

TEST_F(ParameterGradient, OfTheFiniteDifferencePenaltyAgreesWithDifferences) {
  expect_backward_agrees([this] {
    return finite_difference_penalty(logits(images_), logits(images_ + noise_), kSigma, kGamma);
  });
}

TEST_F(ParameterGradient, OfTheExactPenaltyLeavesTheImagesAlone) {
  const torch::Tensor generated = images_.clone().requires_grad_(true);
  exact_gradient_penalty([this](const torch::Tensor& x) { return logits(x); }, generated, kGamma).backward();
  EXPECT_FALSE(generated.grad().defined());
  EXPECT_TRUE(first_.grad().defined());
}

}  // namespace
}  // namespace ganwright
