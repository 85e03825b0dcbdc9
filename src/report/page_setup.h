#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// Parts of a page, as HTML below their headlines.

/// Each loss once: formulas, weights, remarks and its plot.
std::string losses_html(const std::vector<RunReport>& runs);

/// The options: what differs between runs, or from the defaults, before the rest.
std::string configuration_html(const std::vector<RunReport>& runs);

/// What each session of a run was trained with and by which command.
std::string environment_html(const std::vector<RunReport>& runs);

}  // namespace ganwright
