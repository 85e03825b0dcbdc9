#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

// Sections of a page, as HTML with their headlines.

/// Sample grids over time with a slider, and real pictures.
std::string samples_html(const std::vector<RunReport>& runs);

/// The samples nearest to real pictures, each with its nearest real pictures.
std::string neighbors_html(const std::vector<RunReport>& runs);

/// Interpolations between latents.
std::string interpolations_html(const std::vector<RunReport>& runs);

}  // namespace ganwright
