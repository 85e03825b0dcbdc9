#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// A diagram of metrics over steps, of every run that has them.
struct Chart {
  struct Line {
    std::string metric;
    std::string label;
  };
  std::string title;
  std::string text;    ///< what is seen
  std::string source;  ///< "metrics" or "evaluations"
  std::vector<Line> lines;
  std::vector<double> references;  ///< values that are marked
};

/// The charts of metrics.jsonl for what any of the runs has: those that belong together in one, in the order
/// in which a reader asks for them; what has one value all along, in all runs, is left out.
std::vector<Chart> training_charts(const std::vector<RunReport>& runs);

/// The charts of evaluations.jsonl, one a metric.
std::vector<Chart> evaluation_charts(const std::vector<RunReport>& runs);

/// The numbers behind the charts, for page.js.
nlohmann::ordered_json chart_data(const std::vector<RunReport>& runs, const std::vector<Chart>& charts);

}  // namespace ganwright
