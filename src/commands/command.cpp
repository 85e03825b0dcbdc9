#include "commands/command.h"

namespace ganwright {

const std::vector<Command>& command_table() {
  static const std::vector<Command> table = {
      {"losses", "list and compare the named losses", losses_command(), false},
      {"check", "prove or refute that a function is a divergence's f", check_command(), false},
      {"show", "describe and plot a loss", show_command(), false},
      {"toy", "try a loss on known densities in seconds", toy_command(), true},
      {"import", "turn MNIST-like, CIFAR-10 or emoji files into a folder of pictures", import_command(),
       true},
      {"train", "train a Transformer GAN on a folder of pictures", train_command(), true},
      {"resume", "continue a run from its newest checkpoint", resume_command(), true},
      {"verify", "read all of a run and compare it with its hashes", verify_command(), true},
      {"sample", "draw pictures from a trained generator", sample_command(), true},
      {"interpolate", "interpolate between latents: strips, a GIF or an MP4", interpolate_command(), true},
      {"view", "follow a run in a window", view_command(), true},
      {"estimate", "bound the divergences between two folders of pictures", estimate_command(), true},
      {"evaluate", "score a run against real pictures (Frechet and kernel distance, precision, recall)",
       evaluate_command(), true},
      {"grow", "widen or deepen a run without changing its function", grow_command(), true},
      {"compare", "train with several losses and rank them", compare_command(), true},
      {"report", "summarize runs on one HTML page", report_command(), true},
  };
  return table;
}

}  // namespace ganwright
