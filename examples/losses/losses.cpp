// The losses in a program of your own: from a written f to a differentiable loss in three lines. It compares
// the gradients of KL(p || q) with those worked out by hand.
//
//   cmake --install build/release --prefix PREFIX
//   cmake -S examples/losses -B build/losses -DCMAKE_PREFIX_PATH=PREFIX -DCMAKE_BUILD_TYPE=Release
//   cmake --build build/losses && build/losses/losses
#include <losses/loss.h>

#include <iostream>

int main() {
  const torch::Tensor real_logits = torch::randn({64}).requires_grad_(true);
  const torch::Tensor fake_logits = torch::randn({64}).requires_grad_(true);

  const auto loss = ganwright::make_loss({.f = "t*log(t) - a*(t - 1)", .parameters = {"a=1"}});
  const auto discriminator_loss = -ganwright::divergence_bound(loss.objective, real_logits, fake_logits);
  const auto generator_loss =
      ganwright::generator_loss(loss.objective, loss.generator_objective, fake_logits);

  discriminator_loss.backward();
  // KL: phi = u and psi = 1 - e^u, so the slope on a real sample is -1/64 and on a generated one e^u/64.
  const bool right = torch::allclose(real_logits.grad(), torch::full({64}, -1.0 / 64)) &&
                     torch::allclose(fake_logits.grad(), fake_logits.detach().exp() / 64);
  std::cout << loss.divergence.name << ": generator loss " << generator_loss.item<double>() << "\n";
  return right ? 0 : 1;
}
