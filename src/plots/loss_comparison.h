#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "losses/analysis/limits.h"
#include "losses/divergence/divergence.h"

namespace ganwright {

/// One divergence beside others; all numbers but f hold for scale * f.
struct ComparisonRow {
  Divergence divergence;
  double scale;  ///< 1/f''(1) where curvatures are normalized, otherwise 1
  double curvature_at_one;
  double f_at_zero;
  double slope_at_infinity;
  std::vector<double> real_weights;  ///< r f''(r) at r = 0.1, 1, 10
  std::vector<double> fake_weights;  ///< r^2 f''(r)
};

/// A loss that cannot stand in the comparison.
struct LeftOut {
  std::string name;
  std::string reason;
};

struct Comparison {
  std::vector<ComparisonRow> rows;
  std::vector<LeftOut> left_out;
};

/// Compares divergences, designs and baselines by name. What has no f, or no finite positive f''(1) to be
/// normalized by, is left out. Throws LossError for an unknown name, UsageError where nothing is left.
Comparison compare(const std::vector<std::string>& names, bool normalize_curvature);

std::string to_markdown(const Comparison& comparison);
std::string to_text(const Comparison& comparison);
nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace ganwright
