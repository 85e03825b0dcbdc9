#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "losses/divergence/divergence.h"

namespace ganwright {

/// One row of the table of baselines: losses that are trained as they are.
struct BaselineRow {
  std::string name;  ///< as users give it
  std::string f;     ///< in t; "" if it is not an f-divergence
  std::string note;  ///< what it is, in a line
};

/// Every baseline: hinge and wasserstein.
const std::vector<BaselineRow>& baseline_table();

/// The names of all divergences, designs and baselines.
std::vector<std::string> loss_names();

/// A divergence, design or baseline by name, with its parameters after a colon. Throws LossError for an
/// unknown name (and names the nearest one) and for parameters that do not fit.
Divergence divergence_by_name(std::string_view name);

}  // namespace ganwright
