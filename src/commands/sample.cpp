#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <vector>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "imaging/grid.h"
#include "run/drawing_options.h"
#include "system/interrupt.h"
#include "training/device.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

const HelpText kSampleHelp{
    "ganwright sample RUN --out FILE.png|DIR [options]",
    "Draws pictures from the averaged generator of a run's newest checkpoint: one grid if --out ends in\n"
    ".png, otherwise single files in a directory. The same seed gives the same pictures, however many.",
    "  ganwright sample runs/clothes --out grid.png --count 100\n"
    "  ganwright sample runs/clothes --out samples --count 10000 --seed 7\n"
    "  ganwright sample runs/clothes --out bags.png --class bag\n"
    "  ganwright sample runs/clothes --out typical.png --truncation 0.7\n"
    "  ganwright sample runs/clothes --out large.png --size 64x96 --resize yarn\n"};

void stop_if_interrupted(int64_t done) {
  if (interrupted()) {
    throw Interrupted("interrupted after " + std::to_string(done) + " pictures");
  }
}

// Classes that take turns stand below one another where that makes no long strip; 0: nearly a square.
int64_t columns_of(const Drawing& drawing, int64_t count) {
  const int64_t classes = drawing.label ? 0 : drawing.model.classes;
  return static_cast<double>(classes) <= 2 * std::sqrt(static_cast<double>(count)) ? classes : 0;
}

void require_drawable_grid(const Drawing& drawing, int64_t count, int64_t columns) {
  const double across =
      columns > 0 ? static_cast<double>(columns) : std::ceil(std::sqrt(static_cast<double>(count)));
  const double cells = std::max(across, std::ceil(static_cast<double>(count) / across));
  if (cells * static_cast<double>(drawing.longest_side()) > kLongestGridSide) {
    throw UsageError("--count " + std::to_string(count) + " of this size makes the grid too large; give " +
                     "fewer, or a directory as --out");
  }
}

struct SampleOptions {
  DrawingOptions drawing;
  std::string out;
  int64_t count = 64;
};

OptionTable sample_table(SampleOptions& options) {
  OptionTable table;
  table.add("out", options.out, "a .png file for a grid, or a directory for single files");
  table.add("count", options.count, 1, 1'000'000, "pictures; at most 10000 in a grid");
  add_drawing_options(table, options.drawing);
  return table;
}

int run_sample(const SampleOptions& options) {
  if (options.out.empty()) {
    throw UsageError("--out is missing; give a .png file or a directory");
  }
  const std::filesystem::path path = options.out;
  const bool is_grid = path.extension() == ".png" || path.extension() == ".PNG";
  if (!is_grid && path.has_extension() && !std::filesystem::is_directory(path)) {
    throw UsageError("--out " + options.out +
                     ": grids are PNG files; give a name that ends in .png, or a directory");
  }
  if (is_grid && options.count > 10'000) {
    throw UsageError("--count " + std::to_string(options.count) +
                     " is too many for one grid; give a directory as --out");
  }
  const Drawing drawing = read_drawing(options.drawing);
  require_outside(path, drawing.pictures);
  const int64_t columns = columns_of(drawing, options.count);
  if (is_grid) {
    require_drawable_grid(drawing, options.count, columns);
  }
  const Device device = select_device(options.drawing.device);
  Generator generator = load_generator(drawing, options.drawing, device);
  is_grid ? prepare_output_file(path) : prepare_picture_folder(path);
  const torch::Tensor latents = latents_from_seed(options.count, drawing.model.latent, options.drawing.seed);
  std::vector<torch::Tensor> pictures;
  int64_t done = 0;
  Progress progress("sampling", options.count);
  generate_each(
      generator, latents, drawing.labels(options.count), device.device, [&](const torch::Tensor& batch) {
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
    write_png(path, image_grid(torch::cat(pictures), columns));
  }
  std::cout << options.out << "\n";
  return 0;
}

}  // namespace

CommandBody sample_command() {
  return command_body(kSampleHelp, sample_table, run_sample);
}

}  // namespace ganwright
