#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// Parts of a page, as HTML below their headlines.

/// Sample grids over time with a slider, and real pictures.
std::string samples_html(const std::vector<RunReport>& runs);

/// The samples that lie nearest to real pictures, with these.
std::string neighbors_html(const std::vector<RunReport>& runs);

std::string interpolations_html(const std::vector<RunReport>& runs);

}  // namespace ganwright
