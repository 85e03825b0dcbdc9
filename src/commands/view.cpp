#include <chrono>
#include <iostream>
#include <memory>
#include <string>

#include "commands/command.h"
#include "errors.h"
#include "files/run_directory.h"
#include "imaging/window.h"
#include "report/run_viewer.h"
#include "run/drawing_options.h"
#include "system/interrupt.h"
#include "training/device.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

const HelpText kViewHelp{
    "ganwright view RUN [options]",
    "Shows a run in a window and follows it while it trains: sample grids appear as they are written.\n"
    "Keys: left and right step through time, n draws new latents by the newest checkpoint, i\n"
    "interpolates between latents, s saves the current picture as a PNG in the run, q or Esc quits.",
    "  ganwright view runs/clothes\n"
    "  ganwright view runs/clothes --device cpu\n"};

// A generator whose pictures need no labels: each class in turn.
Painter newest_painter(const std::string& run, const Device& device) {
  DrawingOptions options;
  options.run = run;
  const auto drawing = std::make_shared<Drawing>(read_drawing(options));
  Generator generator = load_generator(*drawing, options, device);
  return {drawing->checkpoint.step, drawing->model.latent,
          [drawing, generator, device](const torch::Tensor& latents) mutable {
            return generate(generator, latents, drawing->labels(latents.size(0)), device.device);
          }};
}

using Clock = std::chrono::steady_clock;

void look(RunViewer& viewer, Window& window) {
  // As often as an eye wants to see new pictures move, and a disk does not mind being asked.
  constexpr int frame_milliseconds = 40;
  constexpr auto refresh_interval = std::chrono::milliseconds(500);
  Clock::time_point refreshed = Clock::now();
  do {
    const ViewKey key = view_key(window.wait_for_key(frame_milliseconds));
    viewer.press(key);
    if (key == ViewKey::save && !viewer.saved().empty()) {
      std::cout << viewer.saved().string() << std::endl;
    }
    bool has_changed = key != ViewKey::none;
    has_changed |= viewer.advance();
    if (Clock::now() - refreshed >= refresh_interval) {
      has_changed |= viewer.refresh();
      refreshed = Clock::now();
    }
    if (has_changed) {
      window.show(viewer.canvas());
    }
  } while (!viewer.is_done() && window.is_open() && !interrupted());
}

struct ViewOptions {
  std::string run;
  DeviceChoice device = DeviceChoice::cpu;
};

OptionTable view_table(ViewOptions& options) {
  OptionTable table;
  table.add_positional("RUN", options.run, "directory of a run");
  table.add("device", options.device, device_names, "where new pictures are drawn");
  return table;
}

int run_view(const ViewOptions& options) {
  const RunDirectory run = open_run(options.run);
  const Device device = select_device(options.device);
  RunViewer viewer(run, [&] { return newest_painter(options.run, device); });
  viewer.refresh();
  const cv::Mat first = viewer.canvas();
  Window window("ganwright: " + options.run, first.size());
  window.show(first);
  look(viewer, window);
  if (interrupted()) {
    throw Interrupted("interrupted; the window is closed");
  }
  return 0;
}

}  // namespace

CommandBody view_command() {
  return command_body(kViewHelp, view_table, run_view);
}

}  // namespace ganwright
