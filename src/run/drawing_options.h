#pragma once

#include <torch/types.h>

#include <cstdint>
#include <optional>
#include <string>

#include "cli/option_table.h"
#include "models/generator.h"
#include "models/position_table.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// What is drawn by a run's generator, and how: what `sample` and `interpolate` have in common.
struct DrawingOptions {
  std::string run;
  std::string checkpoint;
  std::string class_name;
  std::string size;
  Resize resize = Resize::interpolation;
  double truncation = 1;
  int64_t seed = 0;
  DeviceChoice device = DeviceChoice::automatic;
};

/// Binds all of them, RUN as a positional argument. `options` must outlive the table.
void add_drawing_options(OptionTable& table, DrawingOptions& options);

/// The checkpoint to draw from, and what the options ask of it.
struct Drawing {
  Checkpoint checkpoint;
  ModelOptions model;
  std::string pictures;          ///< the folder that the run learned
  PatchGrid grid;                ///< patches of a picture
  std::optional<int64_t> label;  ///< of --class

  /// Rows and columns of a picture, in pixels; the longer of them.
  [[nodiscard]] int64_t longest_side() const;

  /// A class for each of `count` pictures: that of --class, or each in turn, so that it does not depend on
  /// `count`. int64 [count]; undefined without classes.
  [[nodiscard]] torch::Tensor labels(int64_t count) const;
};

/// Reads the checkpoint and checks the options against it. Throws CheckpointError, UsageError.
Drawing read_drawing(const DrawingOptions& options);

/// The averaged generator on the device, resized and truncated as asked for. Throws CheckpointError,
/// ModelError.
Generator load_generator(const Drawing& drawing, const DrawingOptions& options, const Device& device);

}  // namespace ganwright
