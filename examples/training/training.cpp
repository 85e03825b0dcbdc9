// A GAN from parts: a Transformer pair of models/, an objective of losses/, R1 and Adam. It learns colored
// discs and prints the lower bound of the divergence between real and generated pictures, which falls as they
// come closer.
//
//   cmake --install build/release --prefix PREFIX
//   cmake -S examples/training -B build/training -DCMAKE_PREFIX_PATH=PREFIX -DCMAKE_BUILD_TYPE=Release
//   cmake --build build/training && build/training/training
#include <losses/loss.h>
#include <losses/penalty.h>
#include <models/attention.h>
#include <models/discriminator.h>
#include <models/generator.h>
#include <torch/optim/adam.h>

#include <iostream>

namespace {

constexpr int64_t batch = 32;
constexpr int64_t steps = 400;
constexpr int64_t steps_per_line = 50;
constexpr double penalty_weight = 0.1;

// Discs of random place, radius and color on black, in [-1, 1]: [batch, 3, size, size].
torch::Tensor discs(int64_t size) {
  const auto pixel = torch::arange(size) + 0.5;
  const auto center = [&] { return (0.3 + 0.4 * torch::rand({batch, 1, 1})) * size; };
  const auto distance = at::hypot(pixel.view({1, 1, size}) - center(), pixel.view({1, size, 1}) - center());
  const auto inside = ((0.15 + 0.1 * torch::rand({batch, 1, 1})) * size - distance + 0.5).clamp(0, 1);
  return 2 * inside.unsqueeze(1) * torch::rand({batch, 3, 1, 1}) - 1;
}

}  // namespace

int main() {
  torch::manual_seed(0);
  const ganwright::ModelOptions options{
      .size = 8, .patch = 2, .width = 32, .depth = 1, .heads = 4, .latent = 16, .latent_tokens = 2};
  ganwright::Generator generator(options);
  ganwright::Discriminator discriminator(options);
  const auto loss = ganwright::make_loss({.divergence = "gan", .generator_objective = "non-saturating"});

  const auto adam = torch::optim::AdamOptions(1e-3).betas({0.0, 0.99});
  torch::optim::Adam generator_optimizer(generator->parameters(), adam);
  torch::optim::Adam discriminator_optimizer(discriminator->parameters(), adam);
  const auto draw = [&] { return generator(torch::randn({batch, options.latent})); };

  // R1 is the square of a gradient: its own gradient needs second derivatives.
  const ganwright::MathAttention with_second_derivatives;
  double sum = 0;
  for (int64_t step = 1; step <= steps; ++step) {
    const auto real = discs(options.size).requires_grad_(true);
    const auto real_logits = discriminator(real);
    const auto bound =
        ganwright::divergence_bound(loss.objective, real_logits, discriminator(draw().detach()));
    const auto penalty = penalty_weight / 2 * ganwright::squared_gradient_norms(real_logits, real).mean();
    discriminator_optimizer.zero_grad();
    (penalty - bound).backward();
    discriminator_optimizer.step();

    generator_optimizer.zero_grad();
    ganwright::generator_loss(loss.objective, loss.generator_objective, discriminator(draw())).backward();
    generator_optimizer.step();

    sum += bound.item<double>();
    if (step % steps_per_line == 0) {
      std::cout << "step " << step << ": divergence at least " << sum / steps_per_line << std::endl;
      sum = 0;
    }
  }
}
