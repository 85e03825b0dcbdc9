#include <spdlog/fmt/fmt.h>
#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <iostream>

#include "commands/command.h"
#include "commands/run_options.h"
#include "errors.h"
#include "imaging/grid.h"
#include "losses/nearest_name.h"
#include "training/checkpoint.h"
#include "training/device.h"
#include "training/interrupt.h"
#include "training/progress.h"
#include "training/run_directory.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

const HelpText kHelp{"ganwright sample RUN --out FILE.png|DIR [options]",
                     "Draws pictures from the averaged generator of a run's last checkpoint: one grid where "
                     "--out ends in .png,\n"
                     "single files in a directory otherwise. The same seed gives the same pictures.",
                     "  ganwright sample runs/clothes --out grid.png --count 100\n"
                     "  ganwright sample runs/clothes --out samples --count 10000 --seed 7\n"
                     "  ganwright sample runs/clothes --out bags.png --class bag\n"
                     "  ganwright sample runs/clothes --out large.png --size 64x96 --resize yarn\n"};

void stop_if_interrupted(int64_t done) {
  if (interrupted()) {
    throw Interrupted("interrupted after " + std::to_string(done) + " pictures");
  }
}

// The class of each picture: that of --class, or all of them, one after the other.
torch::Tensor labels_of(const Checkpoint& checkpoint, const ModelOptions& model, const std::string& name,
                        int64_t count) {
  if (name.empty()) {
    return labels_for_grid(count, model.classes);
  }
  if (model.classes == 0) {
    throw UsageError("--class " + name + ": the run was not trained with --conditional; leave the flag out");
  }
  const std::vector<std::string>& classes = checkpoint.notes.classes;
  const auto found = std::find(classes.begin(), classes.end(), name);
  if (found == classes.end()) {
    throw UsageError("--class: unknown class '" + name + "'" + did_you_mean(name, classes) +
                     "; the run has " + fmt::format("{}", fmt::join(classes, ", ")));
  }
  return torch::full({count}, found - classes.begin(), torch::kInt64);
}

// The patches of pictures of --size.
PatchGrid grid_of(const std::string& text, const ModelOptions& model) {
  if (text.empty()) {
    return patch_grid(model);
  }
  const auto side = [&](const std::string& digits) {
    int64_t value = 0;
    const char* end = digits.data() + digits.size();
    const auto [stopped, error] = std::from_chars(digits.data(), end, value);
    if (error != std::errc() || stopped != end || value < 1 || value > ModelLimits::size) {
      throw UsageError("--size: '" + text + "' is no size; give a side from 1 to " +
                       std::to_string(ModelLimits::size) + ", or HEIGHTxWIDTH");
    }
    if (value % model.patch != 0) {
      throw UsageError("--size " + text + ": the run's patches of " + std::to_string(model.patch) +
                       " do not divide " + digits + "; give multiples of them");
    }
    return value / model.patch;
  };
  const size_t cross = text.find('x');
  if (cross == std::string::npos) {
    return {side(text), side(text)};
  }
  return {side(text.substr(0, cross)), side(text.substr(cross + 1))};
}

void require_drawable_grid(int64_t count, const PatchGrid& grid, int64_t patch) {
  const double columns = std::ceil(std::sqrt(static_cast<double>(count)));
  if (columns * static_cast<double>(std::max(grid.rows, grid.columns) * patch) > kLongestGridSide) {
    throw UsageError("--count " + std::to_string(count) + " of this size makes the grid too large; give " +
                     "fewer, or a directory as --out");
  }
}

void create_folder(const std::filesystem::path& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error) {
    throw OutputError("cannot create " + folder.string() + ": " + error.message() + "; choose another --out");
  }
}

}  // namespace

int run_sample(const Arguments& arguments) {
  std::string run_path;
  std::string out;
  std::string checkpoint_path;
  std::string class_name;
  std::string size;
  Resize method = Resize::interpolation;
  std::string device_name = "auto";
  int64_t count = 64;
  int64_t seed = 0;
  OptionTable table;
  table.add_positional("RUN", run_path, "directory of a run");
  table.add("out", out, "a .png file for a grid, or a directory for single files");
  table.add("checkpoint", checkpoint_path, "file in the run's checkpoints; without it: the newest");
  table.add("class", class_name, "of the pictures, for a run with --conditional; without it: each in turn");
  table.add("count", count, 1, 1'000'000, "pictures; at most 10000 in a grid");
  table.add("size", size,
            "side of the pictures, or HEIGHTxWIDTH, in multiples of the run's patch; without it: as trained");
  table.add("resize", method, resize_names,
            "how positions meet a size that was not trained: they go on, shrink to the trained range, or "
            "turn slower");
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
  if (!is_grid && path.has_extension() && !std::filesystem::is_directory(path)) {
    throw UsageError("--out " + out + ": grids are PNG files; give a name that ends in .png, or a directory");
  }
  if (is_grid && count > 10'000) {
    throw UsageError("--count " + std::to_string(count) +
                     " is too many for one grid; give a directory as --out");
  }
  const Checkpoint checkpoint = read_checkpoint_of(open_run(run_path), checkpoint_path);
  const ModelOptions model = options_of(checkpoint).training.model;
  const torch::Tensor labels = labels_of(checkpoint, model, class_name, count);
  const PatchGrid grid = grid_of(size, model);
  if (is_grid) {
    require_drawable_grid(count, grid, model.patch);
  }
  const Device device = select_device(device_name);
  Generator generator(model);
  restore_average(checkpoint, generator);
  generator->resize(grid, method);
  generator->to(device.device);
  const torch::Tensor latents = latents_from_seed(count, model.latent, seed);
  std::vector<torch::Tensor> pictures;
  int64_t done = 0;
  if (!is_grid) {
    create_folder(path);
  }
  Progress progress("sampling", count);
  generate_each(generator, latents, labels, device.device, [&](const torch::Tensor& batch) {
    for (int64_t i = 0; i < batch.size(0); ++i) {
      stop_if_interrupted(done);
      if (!is_grid) {
        write_png(path / fmt::format("{:06d}.png", done), image_grid(batch.narrow(0, i, 1), 1, 1));
      }
      progress.update(++done);
    }
    if (is_grid) {
      pictures.push_back(to_bytes(batch));
    }
  });
  if (is_grid) {
    write_png(path, image_grid(torch::cat(pictures)));
  }
  std::cout << out << "\n";
  return 0;
}

}  // namespace ganwright
