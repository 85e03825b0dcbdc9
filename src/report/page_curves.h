#pragma once

#include <string>
#include <vector>

#include "report/charts.h"
#include "report/run_report.h"

namespace ganwright {

/// Parts of a page, as HTML below their headlines. The charts are those of training, up to `trained`, and of
/// evaluation; a figure speaks of its chart by its place.

/// The newest numbers: cards of one run, a table of several.
std::string overview_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                          size_t trained);

/// The charts of training, and their numbers as tables.
std::string learning_curves_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                                 size_t trained);

/// The same of evaluations.
std::string evaluations_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                             size_t trained);

}  // namespace ganwright
