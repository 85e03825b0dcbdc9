#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "losses/analysis/limits.h"
#include "losses/divergence/divergence.h"

namespace ganwright {

/// One divergence of a comparison; all numbers but f hold for scale * f.
struct ComparisonRow {
  Divergence divergence;             ///< as it is, not scaled
  double scale;                      ///< 1/f''(1) where curvatures are normalized, otherwise 1
  double curvature_at_one;           ///< f''(1)
  double f_at_zero;                  ///< f(0)
  double slope_at_infinity;          ///< f'(inf)
  std::vector<double> real_weights;  ///< r f''(r) at r = 0.1, 1, 10
  std::vector<double> fake_weights;  ///< r^2 f''(r) there
};

/// A loss that cannot be compared.
struct LeftOut {
  std::string name;    ///< as the user gave it
  std::string reason;  ///< why it is left out
};

/// A comparison of several losses.
struct Comparison {
  std::vector<ComparisonRow> rows;  ///< in the order of the names
  std::vector<LeftOut> left_out;    ///< those without a row
};

/// Compares divergences, designs and baselines by name. Leaves out what has no f, or no finite positive
/// f''(1) to normalize by. Throws LossError for an unknown name, UsageError where nothing is left.
Comparison compare(const std::vector<std::string>& names, bool normalize_curvature);

/// The rows as a Markdown table.
std::string to_markdown(const Comparison& comparison);

/// The rows as a table in plain text.
std::string to_text(const Comparison& comparison);

/// The comparison as JSON, numbers that are not finite as in shown_json.
nlohmann::ordered_json to_json(const Comparison& comparison);

}  // namespace ganwright
