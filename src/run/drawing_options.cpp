#include "run/drawing_options.h"

#include <spdlog/fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <vector>

#include "errors.h"
#include "files/run_directory.h"
#include "losses/text/nearest_name.h"
#include "run/run_options.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

// As many as StyleGAN takes, whatever the seed: the mean is a property of the network.
constexpr int64_t kLatentsOfMean = 10'000;

std::optional<int64_t> label_of(const std::string& name, const Checkpoint& checkpoint,
                                const ModelOptions& model) {
  if (name.empty()) {
    return std::nullopt;
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
  return found - classes.begin();
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
      throw UsageError("--size: '" + text + "' is not a size; give a side from 1 to " +
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

}  // namespace

void add_drawing_options(OptionTable& table, DrawingOptions& options) {
  table.add_positional("RUN", options.run, "directory of a run");
  table.add("checkpoint", options.checkpoint, "file in the run's checkpoints; default: the newest");
  table.add("class", options.class_name, "class to draw, for a --conditional run; default: each in turn");
  table.add("size", options.size,
            "side of the pictures, or HEIGHTxWIDTH, in multiples of the run's patch; default: as trained");
  table.add("resize", options.resize, resize_names,
            "how positions adapt to an untrained size: extrapolate (none), shrink to the trained range "
            "(interpolation), or slow the frequencies (ntk, yarn)");
  table.add("truncation", options.truncation, 0, 1,
            "truncation psi (StyleGAN): lower is more typical and less varied; 1: off");
  table.add("seed", options.seed, 0, OptionTable::kAny, "of the latents");
  table.add("device", options.device, device_names, "where to compute");
}

int64_t Drawing::longest_side() const {
  return std::max(grid.rows, grid.columns) * model.patch;
}

torch::Tensor Drawing::labels(int64_t count) const {
  if (label) {
    return torch::full({count}, *label, torch::kInt64);
  }
  return model.classes > 0 ? torch::arange(count, torch::kInt64).remainder(model.classes) : torch::Tensor();
}

Drawing read_drawing(const DrawingOptions& options) {
  Checkpoint checkpoint = read_checkpoint_of(open_run(options.run), options.checkpoint);
  const RunOptions run = options_of(checkpoint);
  const ModelOptions& model = run.training.model;
  const std::optional<int64_t> label = label_of(options.class_name, checkpoint, model);
  const PatchGrid grid = grid_of(options.size, model);
  return {std::move(checkpoint), model, run.data, grid, label};
}

Generator load_generator(const Drawing& drawing, const DrawingOptions& options, const Device& device) {
  Generator generator = averaged_generator(drawing.checkpoint, drawing.model, torch::kCPU);
  generator->resize(drawing.grid, options.resize);
  generator->to(device.device);
  generator->truncate(options.truncation,
                      latents_from_seed(kLatentsOfMean, drawing.model.latent, 0).to(device.device));
  return generator;
}

}  // namespace ganwright
