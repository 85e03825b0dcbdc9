#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// What a page says of itself.
struct PageFrame {
  std::string time;        ///< when it was written
  std::string command;     ///< the command line that wrote it
  int reload_seconds = 0;  ///< seconds between reloads in the browser; 0: never
};

/// A report on the runs as one self-contained HTML file.
std::string report_page(const std::vector<RunReport>& runs, const PageFrame& frame);

}  // namespace ganwright
