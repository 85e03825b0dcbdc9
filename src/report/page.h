#pragma once

#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// What stands around the runs of a page.
struct PageFrame {
  std::string time;        ///< when it was written
  std::string command;     ///< that wrote it
  int reload_seconds = 0;  ///< a browser reads it again so often; 0: never
};

/// One HTML file that tells of the runs and needs nothing else: charts, pictures and style lie inside it.
std::string report_page(const std::vector<RunReport>& runs, const PageFrame& frame);

}  // namespace ganwright
