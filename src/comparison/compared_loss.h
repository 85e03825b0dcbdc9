#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "losses/loss.h"

namespace ganwright {

/// What a comparison goes over: every divergence with every link and every generator objective, from every
/// seed. An empty list means the one value of the loss options.
struct ComparisonGrid {
  std::vector<std::string> divergences = {};
  std::vector<std::string> links = {};
  std::vector<std::string> generator_objectives = {};
  std::vector<int64_t> seeds = {0, 1, 2};
};

/// One loss of a comparison.
struct ComparedLoss {
  std::string name;    ///< distinguishes it from the others, e.g. "kl, dual link"
  std::string folder;  ///< the same as the name of a folder
  LossOptions options;
};

/// The losses of a grid; a divergence that `options` write by a formula is one more. Parameters go to those
/// whose formulas use them. Throws UsageError for duplicate losses, for a list that conflicts with a
/// single-value option, and for a parameter that no formula uses; LossError for an unknown name.
std::vector<ComparedLoss> compared_losses(const ComparisonGrid& grid, const LossOptions& options);

}  // namespace ganwright
