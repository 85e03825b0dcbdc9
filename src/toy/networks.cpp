#include "toy/networks.h"

#include <cmath>
#include <string>

#include "models/initialize.h"
#include "models/positions.h"
#include "models/rotary.h"

namespace ganwright {
namespace {

constexpr int64_t kWidth = 64;
constexpr int64_t kTokens = 3;
constexpr int64_t kTokenWidth = 32;
constexpr int64_t kHeads = 2;

struct Moments {
  torch::Tensor center;
  double scale;
};

// One scale for both coordinates: the targets in the plane are about as wide as they are high.
Moments moments_of(const Density& density) {
  torch::Tensor center = torch::zeros({density.dimension}, torch::kFloat64);
  for (const Density::Component& component : density.components) {
    for (int64_t j = 0; j < density.dimension; ++j) {
      center[j] += component.weight * component.mean[static_cast<size_t>(j)];
    }
  }
  return {center, standard_deviation_of(density)};
}

// Biases spread the bends of the first layer over the inputs; zeros would put all of them at the origin.
torch::nn::Linear first_layer(int64_t outputs, int64_t inputs) {
  torch::nn::Linear layer = make_linear(outputs, inputs);
  const torch::NoGradGuard no_grad;
  layer->weight.normal_(0, 3);
  layer->bias.normal_(0, 3);
  return layer;
}

torch::nn::Linear last_layer(int64_t inputs, bool is_random) {
  torch::nn::Linear layer = make_linear(1, inputs);
  const torch::NoGradGuard no_grad;
  is_random ? layer->weight.normal_() : layer->weight.zero_();
  return layer;
}

// x and all products of two coordinates.
torch::Tensor with_products(const torch::Tensor& x) {
  return x.size(1) == 1 ? torch::cat({x, x.square()}, 1)
                        : torch::cat({x, x.square(), (x.select(1, 0) * x.select(1, 1)).unsqueeze(1)}, 1);
}

}  // namespace

ToyCritic::ToyCritic(ToyCriticKind kind, const Density& reference, bool starts_apart) {
  const Moments moments = moments_of(reference);
  center_ = moments.center;
  scale_ = moments.scale;
  const int64_t dimension = reference.dimension;
  const bool is_transformer = kind == ToyCriticKind::transformer;
  line_ = register_module("line", last_layer(dimension == 1 ? 2 : 5, starts_apart));
  first_ = register_module("first", first_layer(is_transformer ? kTokens * kTokenWidth : kWidth, dimension));
  if (!is_transformer) {
    second_ = register_module("second", make_linear(kWidth, kWidth));
    last_ = register_module("last", last_layer(kWidth, /*is_random=*/false));
    return;
  }
  for (const char* name : {"block1", "block2"}) {
    blocks_.push_back(register_module(name, Block(kTokenWidth, kHeads)));
    const auto learned = [&](const std::string& part) {
      return register_parameter(std::string(name) + part, torch::ones({kTokenWidth}));
    };
    modulations_.push_back({learned("_attention_scale"), learned("_attention_gate"),
                            learned("_feed_forward_scale"), learned("_feed_forward_gate")});
  }
  table_ =
      rotary_table(rotary_positions(kTokens - 1, {1, 1}), kHeads, kTokenWidth / kHeads).to(torch::kFloat32);
  last_ = register_module("last", last_layer(kTokenWidth, /*is_random=*/false));
}

torch::Tensor ToyCritic::tokens_mixed(const torch::Tensor& x) {
  torch::Tensor tokens = first_->forward(x).view({-1, kTokens, kTokenWidth});
  tokens = blocks_[0]->forward(tokens, modulations_[0], table_, kTokens);
  return blocks_[1]->forward(tokens, modulations_[1], table_, 1).select(1, 0);
}

torch::Tensor ToyCritic::forward(const torch::Tensor& points) {
  const torch::Tensor x = ((points - center_) / scale_).to(torch::kFloat32);
  // The bounded layer makes plateaus with sharp edges, which hinge and its like want; the line does the rest.
  const torch::Tensor inner =
      blocks_.empty() ? torch::tanh(second_->forward(torch::silu(first_->forward(x)))) : tokens_mixed(x);
  return (line_->forward(with_products(x)) + last_->forward(inner)).squeeze(1);
}

ToyGenerator::ToyGenerator(double mean, double standard_deviation, double scale)
    : center_(torch::full({}, mean, torch::kFloat64)), scale_(scale) {
  shift_ = register_parameter("shift", torch::zeros({}, torch::kFloat64));
  log_deviation_ =
      register_parameter("log_deviation", torch::full({}, std::log(standard_deviation), torch::kFloat64));
}

ToyGenerator::ToyGenerator(const Density& target) {
  const Moments moments = moments_of(target);
  center_ = moments.center;
  scale_ = moments.scale;
  first_ = register_module("first", first_layer(kWidth, target.dimension));
  second_ = register_module("second", make_linear(kWidth, kWidth));
  last_ = register_module("last", make_linear(target.dimension, kWidth));
}

torch::Tensor ToyGenerator::forward(const torch::Tensor& latents) {
  if (!first_) {
    return center_ + scale_ * shift_ + log_deviation_.exp() * latents;
  }
  const torch::Tensor inner = torch::silu(first_->forward(latents.to(torch::kFloat32)));
  return center_ + scale_ * last_->forward(torch::silu(second_->forward(inner))).to(torch::kFloat64);
}

std::optional<Density> ToyGenerator::density() const {
  if (first_) {
    return std::nullopt;
  }
  const double mean = (center_ + scale_ * shift_).item<double>();
  return normal_density(mean, std::exp(log_deviation_.item<double>()));
}

}  // namespace ganwright
