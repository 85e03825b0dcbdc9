#include "commands/command.h"

namespace ganwright {

const std::vector<Command>& command_table() {
  static const std::vector<Command> table = {
      {"losses", "list and compare the divergences that can be picked by name", run_losses, false},
      {"check", "prove or refute that a function is a divergence's f", run_check, false},
      {"show", "tell and draw what a loss does", run_show, false},
      {"toy", "try a loss on known densities in seconds", run_toy, true},
      {"import", "turn MNIST-like, CIFAR-10 or emoji files into a folder of pictures", run_import, true},
      {"train", "train a Transformer GAN on a folder of pictures", run_train, true},
      {"resume", "go on with a run from its last checkpoint", run_resume, true},
      {"sample", "draw pictures from a trained generator", run_sample, true},
      {"interpolate", "draw what lies between latents: strips, a GIF, an MP4", run_interpolate, true},
      {"view", "follow a run in a window", run_view, true},
      {"estimate", "bound the divergences between two folders of pictures", run_estimate, true},
      {"evaluate", "compare pictures of a run with real ones by FID, KID and their kin", run_evaluate, true},
      {"grow", "make a wider or deeper run that computes the same", run_grow, true},
      {"compare", "train with several losses and rank them", run_compare, true},
      {"report", "tell of runs on one page of HTML", run_report, true},
  };
  return table;
}

}  // namespace ganwright
