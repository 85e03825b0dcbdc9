#include "run/dry_run.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <chrono>
#include <iostream>

#include "models/summary.h"
#include "run/loss_options.h"
#include "training/schedule.h"
#include "training/step_cost.h"

namespace ganwright {
namespace {

// The share of the speed of large matrix products that a whole training step reaches.
constexpr double kEfficiency = 0.5;

// The program and its libraries in memory, as bench/memory finds them: mostly LibTorch.
constexpr double kProgramBytes = 200e6;

double measured_flops_per_second(const torch::Device& device) {
  constexpr int64_t kSide = 1024;
  const auto options = torch::TensorOptions().device(device);
  const torch::Tensor a = torch::ones({kSide, kSide}, options);
  const torch::Tensor b = torch::ones({kSide, kSide}, options);
  double best = 0;
  for (int i = 0; i < 5; ++i) {
    const auto start = std::chrono::steady_clock::now();
    // Reading a number waits for the product.
    at::mm(a, b)[0][0].item<float>();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    best = std::max(best, 2.0 * kSide * kSide * kSide / seconds);
  }
  return best;
}

std::string bytes_text(double bytes) {
  return bytes < 1e9 ? fmt::format("{:.0f} MB", bytes / 1e6) : fmt::format("{:.1f} GB", bytes / 1e9);
}

std::string duration_text(double seconds) {
  return seconds < 120      ? fmt::format("{:.3g} s", seconds)
         : seconds < 7200   ? fmt::format("{:.0f} min", seconds / 60)
         : seconds < 172800 ? fmt::format("{:.1f} h", seconds / 3600)
                            : fmt::format("{:.0f} days", seconds / 86400);
}

// Which of the two comes first.
std::string interval_text(int64_t steps, double minutes) {
  return fmt::format("every {} steps", steps) + (minutes > 0 ? fmt::format(" or {:g} min", minutes) : "");
}

void row(const std::string& name, const std::string& value) {
  std::cout << fmt::format("  {:<14} {}\n", name, value);
}

}  // namespace

void print_dry_run(const RunOptions& options, const Loss& loss, const Device& device) {
  const TrainingOptions& training = options.training;
  const Generator generator(training.model);
  const Discriminator discriminator(training.model);
  std::cout << summary(training.model, generator, discriminator);
  if (options.conditional) {
    std::cout << "classes: those of the pictures, a vector of " << training.model.width
              << " numbers each in either network\n";
  }

  std::cout << "loss: " << loss.divergence.name << ", link " << loss.link.name << ", generator objective "
            << loss.generator_objective.name << ", " << name_of(pairing_names, training.pairing)
            << " pairing\n";
  warn_of_loss(loss);

  std::cout << "training: " << options.steps << " steps of " << training.batch_size << " pictures\n";
  const int64_t warm = std::min(training.warm_up, options.steps);
  row("learning rate", fmt::format("{:.3g} at step {}, {:.3g} at the end", learning_rate_at(training, warm),
                                   warm, learning_rate_at(training, options.steps)));
  const auto generator_bytes =
      static_cast<double>(sizeof(float)) * static_cast<double>(parameter_count(*generator));
  const auto discriminator_bytes =
      static_cast<double>(sizeof(float)) * static_cast<double>(parameter_count(*discriminator));
  // Parameters and both moments, and the generator's average.
  const double saved = 4 * generator_bytes + 3 * discriminator_bytes;
  const double state = saved + generator_bytes + discriminator_bytes;
  const double activations = activation_bytes(training);
  // Elsewhere than on the CPU, the program itself lies outside of the device's memory.
  const double program = device.device.is_cpu() ? kProgramBytes : 0;
  row("memory",
      fmt::format("about {}: {} for networks and optimizers, {} for activations{}; and the pictures",
                  bytes_text(program + state + activations), bytes_text(state), bytes_text(activations),
                  program > 0 ? ", " + bytes_text(program) + " for the program" : ""));
  const double flops = step_flops(training);
  const double speed = measured_flops_per_second(device.device);
  const double seconds = flops / speed / kEfficiency;
  const double all = static_cast<double>(options.steps) * seconds;
  row("FLOPs a step", fmt::format("{:.3g} in matrix products", flops));
  row("time",
      fmt::format(
          "about {} a step, {} in all ({}: {:.0f} GFLOP/s in float32 matrix products, of which about half is "
          "reached)",
          duration_text(seconds),
          duration_text(options.max_minutes > 0 ? std::min(all, 60 * options.max_minutes) : all),
          device.description, speed / 1e9));
  std::cout << "files: in " << (options.out.empty() ? "the run" : options.out) << "\n";
  row("checkpoints", fmt::format("{}, the newest {} of {} each",
                                 interval_text(options.checkpoint_every, options.checkpoint_minutes),
                                 options.keep_checkpoints, bytes_text(saved)));
  row("grids", fmt::format("{}, {} pictures", interval_text(options.sample_every, options.sample_minutes),
                           options.grid_count));
  std::cout << "dry run: no picture was read, nothing written or trained\n";
}

}  // namespace ganwright
