#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <filesystem>
#include <iostream>
#include <string>
#include <utility>
#include <vector>

#include "cli/output.h"
#include "cli/progress.h"
#include "commands/command.h"
#include "errors.h"
#include "evaluation/picture_comparison.h"
#include "imaging/animation.h"
#include "imaging/grid.h"
#include "run/drawing_options.h"
#include "system/interrupt.h"
#include "training/interpolation.h"

namespace ganwright {
namespace {

const HelpText kInterpolateHelp{
    "ganwright interpolate RUN --out FILE.png|FILE.gif|FILE.mp4|DIR [options]",
    "Draws spherical interpolations between latents with the averaged generator. A .png holds one strip\n"
    "per row, from first stop to last. A .gif, an .mp4 and a directory of frames animate all rows\n"
    "together and loop back to the first stop.",
    "  ganwright interpolate runs/clothes --out strips.png --rows 8\n"
    "  ganwright interpolate runs/clothes --out moving.gif --rows 16 --stops 4 --steps 24\n"
    "  ganwright interpolate runs/clothes --out moving.mp4 --frames-per-second 30 --steps 60\n"
    "  ganwright interpolate runs/clothes --out frames --class bag --seed 7\n"};

enum class Form { strips, gif, mp4, frames };

Form form_of(const std::filesystem::path& out) {
  constexpr std::array<std::pair<std::string_view, Form>, 3> endings{
      {{".png", Form::strips}, {".gif", Form::gif}, {".mp4", Form::mp4}}};
  std::string ending = out.extension().string();
  std::transform(ending.begin(), ending.end(), ending.begin(),
                 [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  if (ending.empty()) {
    return Form::frames;
  }
  for (const auto& [name, form] : endings) {
    if (ending == name) {
      return form;
    }
  }
  if (std::filesystem::is_directory(out)) {
    return Form::frames;
  }
  throw UsageError("--out " + out.string() + ": unknown ending '" + ending +
                   "'; give a .png, a .gif, an .mp4, or a directory");
}

// Bytes of what is drawn, before anything is: all of it is held in memory.
void require_drawable(const Drawing& drawing, int64_t rows, int64_t points, Form form) {
  constexpr double most_bytes = 1e9;
  const auto side = static_cast<double>(drawing.longest_side());
  if (form == Form::strips && static_cast<double>(std::max(rows, points)) * side > kLongestGridSide) {
    throw UsageError("strips of " + std::to_string(points) +
                     " pictures of this size make the grid too large; "
                     "give fewer --rows, --stops or --steps, or a smaller --size");
  }
  const auto columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(rows))));
  const int64_t scale = form == Form::strips ? 1 : automatic_scale(drawing.longest_side(), columns);
  const double picture_bytes = side * side * static_cast<double>(drawing.model.channels * scale * scale);
  const auto latent_bytes = static_cast<double>(drawing.model.latent) * sizeof(float);
  if (static_cast<double>(rows * points) * std::max(picture_bytes, latent_bytes) > most_bytes) {
    throw UsageError(std::to_string(rows * points) +
                     " pictures of this size take too much memory; give fewer "
                     "--rows, --stops or --steps, or a smaller --size");
  }
}

// Pictures [rows, points, C, H, W] as bytes.
torch::Tensor draw(const Generator& generator, const Drawing& drawing, const torch::Tensor& paths,
                   const Device& device) {
  const int64_t rows = paths.size(0);
  const int64_t points = paths.size(1);
  torch::Tensor labels = drawing.labels(rows);
  if (labels.defined()) {
    labels = labels.repeat_interleave(points);
  }
  return drawn_pictures(generator, paths.flatten(0, 1), labels, device, show_progress("interpolating"),
                        interrupted)
      .unflatten(0, {rows, points});
}

Animation animation_of(const torch::Tensor& pictures, double frames_per_second) {
  Animation animation{{}, frames_per_second};
  for (int64_t point = 0; point < pictures.size(1); ++point) {
    animation.frames.push_back(image_grid(pictures.select(1, point)));
  }
  return animation;
}

void write_frames(const std::filesystem::path& folder, const Animation& animation) {
  for (size_t i = 0; i < animation.frames.size(); ++i) {
    write_png(folder / fmt::format("{:06d}.png", i), animation.frames[i]);
  }
}

struct InterpolateOptions {
  DrawingOptions drawing;
  std::string out;
  int64_t rows = 6;
  int64_t stops = 3;
  int64_t steps = 10;
  double frames_per_second = 15;
};

OptionTable interpolate_table(InterpolateOptions& options) {
  OptionTable table;
  table.add("out", options.out, "a .png of strips, a .gif or .mp4 that loops, or a directory for its frames");
  table.add("rows", options.rows, 1, 1024, "number of strips, or of pictures animated together");
  table.add("stops", options.stops, 2, 1024, "latents along each row");
  table.add("steps", options.steps, 1, 10'000, "pictures from one stop to the next");
  table.add("frames-per-second", options.frames_per_second, 1, 50, "of a .gif or .mp4");
  add_drawing_options(table, options.drawing);
  return table;
}

int run_interpolate(const InterpolateOptions& options) {
  if (options.out.empty()) {
    throw UsageError("--out is missing; give a .png, a .gif, an .mp4, or a directory");
  }
  const std::filesystem::path path = options.out;
  const Form form = form_of(path);
  if (form == Form::mp4) {
    require_mp4();
  }
  const Drawing drawing = read_drawing(options.drawing);
  const bool closed = form != Form::strips;
  require_drawable(drawing, options.rows,
                   closed ? options.stops * options.steps : (options.stops - 1) * options.steps + 1, form);
  require_outside(path, drawing.pictures);
  form == Form::frames ? prepare_picture_folder(path) : prepare_output_file(path);

  const Device device = select_device(options.drawing.device);
  const Generator generator = load_generator(drawing, options.drawing, device);
  const torch::Tensor paths = latent_paths(options.rows, options.stops, options.steps, closed,
                                           drawing.model.latent, options.drawing.seed);
  const torch::Tensor pictures = draw(generator, drawing, paths, device);
  switch (form) {
    case Form::strips:
      write_png(path, image_grid(pictures.flatten(0, 1), paths.size(1)));
      break;
    case Form::gif:
      write_gif(path, animation_of(pictures, options.frames_per_second));
      break;
    case Form::mp4:
      write_mp4(path, animation_of(pictures, options.frames_per_second));
      break;
    case Form::frames:
      write_frames(path, animation_of(pictures, options.frames_per_second));
      break;
  }
  std::cout << options.out << "\n";
  return 0;
}

}  // namespace

CommandBody interpolate_command() {
  return command_body(kInterpolateHelp, interpolate_table, run_interpolate);
}

}  // namespace ganwright
