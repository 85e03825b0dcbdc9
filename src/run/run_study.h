#pragma once

#include <filesystem>
#include <map>
#include <string>
#include <utility>

#include "files/run_directory.h"
#include "report/run_report.h"
#include "run/run_options.h"
#include "training/checkpoint.h"
#include "training/device.h"

namespace ganwright {

/// Reads runs for a report. What costs more than reading files, losses and pictures of the newest checkpoint,
/// is kept, so that a run that is followed is read again at little cost.
class RunStudy {
 public:
  /// How much of each run goes into the page.
  struct Limits {
    int64_t points;      ///< of a curve
    int64_t grids;       ///< over time
    int64_t grid_bytes;  ///< of all of these
    int64_t neighbors;   ///< samples that are shown beside the nearest real pictures
  };

  /// Studies runs on `device`, within `limits`. Samples are compared with the real pictures of the folder
  /// `data`; where it is empty, with those that a run was trained with, if that was in its present place
  /// (was_trained_here): a run that came from elsewhere does not choose what is read.
  RunStudy(Device device, Limits limits, std::string data = "")
      : device_(std::move(device)), limits_(limits), data_(std::move(data)) {}

  /// The current state of a run; unavailable parts carry the reason. Throws Interrupted.
  RunReport read(const RunDirectory& run, const std::string& name);

 private:
  struct Drawn {
    std::filesystem::path checkpoint;
    Part<NeighborStudy> neighbors;
    Part<Interpolations> interpolations;
  };

  [[nodiscard]] Drawn draw(const RunOptions& options, const Checkpoint& checkpoint,
                           const std::string& refusal) const;

  Device device_;
  Limits limits_;
  std::string data_;
  std::map<std::string, Part<LossReport>> losses_;  // by RunReport::loss_options
  std::map<std::string, Drawn> drawn_;              // by the run's path
};

}  // namespace ganwright
