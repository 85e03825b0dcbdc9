#include <spdlog/fmt/fmt.h>

#include <filesystem>
#include <iostream>

#include "commands/command.h"
#include "commands/run_options.h"
#include "errors.h"
#include "imaging/grid.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/interrupt.h"
#include "training/progress.h"
#include "training/run_directory.h"

namespace ganwright {
namespace {

const HelpText kHelp{"ganwright sample RUN --out FILE.png|DIR [options]",
                     "Draws pictures from the averaged generator of a run's last checkpoint: one grid where "
                     "--out ends in .png,\n"
                     "single files in a directory otherwise. The same seed gives the same pictures.",
                     "  ganwright sample runs/clothes --out grid.png --count 100\n"
                     "  ganwright sample runs/clothes --out samples --count 10000 --seed 7\n"};

RunOptions options_of(const Checkpoint& checkpoint) {
  RunOptions options;
  run_option_table(options).parse_text(checkpoint.config, checkpoint.path.string());
  return options;
}

void stop_if_interrupted(int64_t done) {
  if (interrupted()) {
    throw Interrupted("interrupted after " + std::to_string(done) + " pictures");
  }
}

torch::Tensor generate_all(Generator& generator, const torch::Tensor& latents, const torch::Device& device) {
  Progress progress("sampling", latents.size(0));
  std::vector<torch::Tensor> pictures;
  int64_t done = 0;
  for (const torch::Tensor& part : latents.split(64)) {
    stop_if_interrupted(done);
    pictures.push_back(generate(generator, part, device));
    done += part.size(0);
    progress.update(done);
  }
  return torch::cat(pictures);
}

void write_single_files(Generator& generator, const torch::Tensor& latents, const torch::Device& device,
                        const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw OutputError("cannot create " + folder.string() + ": " + error.message() + "; choose another --out");
  }
  Progress progress("sampling", latents.size(0));
  int64_t written = 0;
  for (const torch::Tensor& part : latents.split(64)) {
    const torch::Tensor pictures = generate(generator, part, device);
    for (int64_t i = 0; i < pictures.size(0); ++i) {
      stop_if_interrupted(written);
      write_png(folder / fmt::format("{:06d}.png", written++), image_grid(pictures.narrow(0, i, 1), 1, 1));
    }
    progress.update(written);
  }
}

}  // namespace

int run_sample(const Arguments& arguments) {
  std::string run_path;
  std::string out;
  std::string checkpoint_path;
  std::string device_name = "auto";
  int64_t count = 64;
  int64_t seed = 0;
  OptionTable table;
  table.add_positional("RUN", run_path, "directory of a run");
  table.add("out", out, "a .png file for a grid, or a directory for single files");
  table.add("checkpoint", checkpoint_path, "file in the run's checkpoints; without it: the newest");
  table.add("count", count, 1, 1'000'000, "pictures; at most 10000 in a grid");
  table.add("seed", seed, 0, OptionTable::kAny, "of the latents");
  table.add("device", device_name, device_names(), "where to compute");
  if (show_help(arguments, kHelp, table)) {
    return 0;
  }
  table.parse_arguments(arguments);
  if (out.empty()) {
    throw UsageError("--out is missing; give a .png file or a directory");
  }
  const std::filesystem::path path = out;
  const bool is_grid = path.extension() == ".png" || path.extension() == ".PNG";
  if (is_grid && count > 10'000) {
    throw UsageError("--count " + std::to_string(count) +
                     " is too many for one grid; give a directory as --out");
  }
  const Checkpoint checkpoint = read_checkpoint_of(open_run(run_path), checkpoint_path);
  const ModelOptions model = options_of(checkpoint).training.model;
  const Device device = select_device(device_name);
  Generator generator(model);
  restore_average(checkpoint, generator);
  generator->to(device.device);
  const torch::Tensor latents = latents_from_seed(count, model.latent, seed);
  if (is_grid) {
    write_png(path, image_grid(generate_all(generator, latents, device.device)));
  } else {
    write_single_files(generator, latents, device.device, path);
  }
  std::cout << out << "\n";
  return 0;
}

}  // namespace ganwright
