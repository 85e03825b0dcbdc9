#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "losses/divergence/divergence.h"

namespace ganwright {

/// A loss that is offered for comparison and trained as it is.
struct BaselineRow {
  std::string name;
  std::string f;  ///< "" where it is no f-divergence
  std::string note;
};

/// hinge and wasserstein.
const std::vector<BaselineRow>& baseline_table();

/// The names of all divergences, designs and baselines.
std::vector<std::string> loss_names();

/// A divergence, design or baseline by name, with its parameters after a colon. Throws LossError for an
/// unknown name (and tells the nearest one) and for parameters that do not fit.
Divergence divergence_by_name(std::string_view name);

}  // namespace ganwright
