// What a written f costs: the share of a training step at the demo's size (configs/demo.cfg) that goes into
// evaluating the loss and its slopes, measured in one run for the named gan and for written divergences.
#include <chrono>
#include <cstdio>
#include <vector>

#include "losses/loss.h"
#include "training/device.h"
#include "training/trainer.h"

namespace {

using Clock = std::chrono::steady_clock;

double seconds_since(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// The evaluations of one step, forward and backward: phi on real, psi and beta on generated logits.
double seconds_of_loss(const ganwright::Loss& loss, int64_t batch) {
  constexpr int kRepeats = 200;
  const torch::Tensor real = torch::randn({batch}).requires_grad_(true);
  const torch::Tensor fake = torch::randn({batch}).requires_grad_(true);
  const auto start = Clock::now();
  for (int i = 0; i < kRepeats; ++i) {
    (-ganwright::divergence_bound(loss.objective, real, fake)).backward();
    ganwright::generator_loss(loss.objective, loss.generator_objective, fake).backward();
  }
  return seconds_since(start) / kRepeats;
}

}  // namespace

int main() {
  ganwright::TrainingOptions options;
  options.model = {.size = 28, .channels = 1, .patch = 4, .width = 96, .depth = 3, .heads = 4, .latent = 64};
  ganwright::Trainer trainer(options, ganwright::make_loss(options.loss), torch::kCPU);
  const ganwright::LabeledImages real{torch::rand({options.batch_size, 1, 28, 28}) * 2 - 1,
                                      torch::zeros({options.batch_size}, torch::kInt64)};
  trainer.step(real);
  constexpr int kSteps = 10;
  const auto start = Clock::now();
  for (int i = 0; i < kSteps; ++i) {
    trainer.step(real);
  }
  const double step = seconds_since(start) / kSteps;
  std::printf("a training step at the demo's size: %.0f ms, batch %lld\n", step * 1e3,
              static_cast<long long>(options.batch_size));
  for (const ganwright::LossOptions& written :
       std::vector<ganwright::LossOptions>{{.divergence = "gan"},
                                           {.f = "t*log(t) - (t+1)*log((t+1)/2)"},
                                           {.f = "(t^a-1-a*(t-1))/(a*(a-1))", .parameters = {"a=0.3"}},
                                           {.f = "(t-1)^2/(t+1) + t*log(t) + abs(t-1)^3"},
                                           {.omega_inverse = "v*exp(v)", .rho = "exp(-v)"}}) {
    const ganwright::Loss loss = ganwright::make_loss(written);
    const double seconds = seconds_of_loss(loss, options.batch_size);
    std::printf("%-60s %7.1f us, %.3f%% of a step\n", loss.divergence.name.c_str(), seconds * 1e6,
                100 * seconds / step);
  }
  return 0;
}
