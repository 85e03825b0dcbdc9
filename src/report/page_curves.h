#pragma once

#include <string>
#include <vector>

#include "report/charts.h"
#include "report/run_report.h"

namespace ganwright {

// Sections of a page, as HTML with their headlines. `charts` holds the `trained` charts of training, then
// those of evaluation; a figure refers to its chart by its index.

/// The latest numbers: as cards for one run, as a table for several.
std::string overview_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                          size_t trained);

/// The charts of training, with their numbers as tables.
std::string learning_curves_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                                 size_t trained);

/// The charts of evaluations, with their numbers as tables.
std::string evaluations_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                             size_t trained);

}  // namespace ganwright
