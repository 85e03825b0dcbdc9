#pragma once

#include <torch/nn/module.h>
#include <torch/nn/modules/linear.h>
#include <torch/types.h>

#include <optional>
#include <vector>

#include "losses/text/choice.h"
#include "models/block.h"
#include "toy/density.h"

namespace ganwright {

/// What mends the straight line of a ToyCritic.
enum class ToyCriticKind { mlp, transformer };

/// Each kind of critic by the name that a user gives it.
constexpr Choices<ToyCriticKind, 2> toy_critic_names{
    {{"mlp", ToyCriticKind::mlp}, {"transformer", ToyCriticKind::transformer}}};

/// A small discriminator of points: a linear function of [x, x^2] (exact for two Gaussians) plus a correction
/// network: [d, 64, 64, 1], or a Transformer of two blocks on three tokens. It starts at zero everywhere,
/// or, for an objective without a gradient there, at a random function.
class ToyCritic : public torch::nn::Module {
 public:
  /// Inputs are standardized by the mean and deviation of `reference`. `starts_apart`: not at zero. Draws
  /// from the default generator.
  ToyCritic(ToyCriticKind kind, const Density& reference, bool starts_apart = false);

  /// Points [count, dimension], float64, to raw outputs h [count], float32.
  torch::Tensor forward(const torch::Tensor& points);

 private:
  torch::Tensor tokens_mixed(const torch::Tensor& x);

  torch::Tensor center_;  // [dimension]
  double scale_;
  torch::nn::Linear line_{nullptr};
  torch::nn::Linear first_{nullptr};
  torch::nn::Linear second_{nullptr};  // of the mlp only
  std::vector<Block> blocks_;          // of the transformer only
  std::vector<Modulation> modulations_;
  torch::Tensor table_;
  torch::nn::Linear last_{nullptr};
};

/// What a ToyGenerator is: a Gaussian of the line, or a network.
enum class ToyGeneratorKind { affine, mlp };

/// Each kind of generator by the name that a user gives it.
constexpr Choices<ToyGeneratorKind, 2> toy_generator_names{
    {{"affine", ToyGeneratorKind::affine}, {"mlp", ToyGeneratorKind::mlp}}};

/// A small generator of points: mean + deviation * z on the line, or the network [d, 64, 64, d].
class ToyGenerator : public torch::nn::Module {
 public:
  /// An affine one that starts as this Gaussian and moves its mean in units of `scale`.
  ToyGenerator(double mean, double standard_deviation, double scale);

  /// A network whose outputs are in units of the mean and deviation of `target`. Draws from the default
  /// generator.
  explicit ToyGenerator(const Density& target);

  /// Latents [count, dimension], float64, to points of the same shape and dtype.
  torch::Tensor forward(const torch::Tensor& latents);

  /// What an affine one draws from; nothing for a network.
  [[nodiscard]] std::optional<Density> density() const;

 private:
  torch::Tensor center_;
  double scale_;
  torch::Tensor shift_;  // of the affine one, and its deviation
  torch::Tensor log_deviation_;
  torch::nn::Linear first_{nullptr};
  torch::nn::Linear second_{nullptr};
  torch::nn::Linear last_{nullptr};
};

}  // namespace ganwright
