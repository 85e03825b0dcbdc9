#include "commands/command.h"

namespace ganwright {

const std::vector<Command>& command_table() {
  static const std::vector<Command> table = {
      {"losses", "list and compare the divergences that can be picked by name", losses_command(), false},
      {"check", "prove or refute that a function is a divergence's f", check_command(), false},
      {"show", "tell and draw what a loss does", show_command(), false},
      {"toy", "try a loss on known densities in seconds", toy_command(), true},
      {"import", "turn MNIST-like, CIFAR-10 or emoji files into a folder of pictures", import_command(),
       true},
      {"train", "train a Transformer GAN on a folder of pictures", train_command(), true},
      {"resume", "go on with a run from its last checkpoint", resume_command(), true},
      {"sample", "draw pictures from a trained generator", sample_command(), true},
      {"interpolate", "draw what lies between latents: strips, a GIF, an MP4", interpolate_command(), true},
      {"view", "follow a run in a window", view_command(), true},
      {"estimate", "bound the divergences between two folders of pictures", estimate_command(), true},
      {"evaluate", "compare pictures of a run with real ones by FID, KID and their kin", evaluate_command(),
       true},
      {"grow", "make a wider or deeper run that computes the same", grow_command(), true},
      {"compare", "train with several losses and rank them", compare_command(), true},
      {"report", "tell of runs on one page of HTML", report_command(), true},
  };
  return table;
}

}  // namespace ganwright
