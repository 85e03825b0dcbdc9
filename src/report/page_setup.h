#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

// Sections of a page, as HTML with their headlines.

/// Each distinct loss: formulas, weights, remarks and plot.
std::string losses_html(const std::vector<RunReport>& runs);

/// The options: first those that differ between the runs, or from the defaults.
std::string configuration_html(const std::vector<RunReport>& runs);

/// The versions, device and command of each session of a run.
std::string environment_html(const std::vector<RunReport>& runs);

}  // namespace ganwright
