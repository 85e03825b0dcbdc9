#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/run_report.h"

namespace ganwright {

/// The file of a run that a chart is drawn from: metrics.jsonl or evaluations.jsonl.
enum class ChartSource { metrics, evaluations };

/// A chart of metrics over steps, for all runs that have them.
struct Chart {
  /// A metric in the chart.
  struct Line {
    std::string metric;  ///< its name in the file
    std::string label;   ///< what the legend calls it
  };
  std::string title;               ///< its headline
  std::string text;                ///< what it shows
  ChartSource source;              ///< where the metrics are read
  std::vector<Line> lines;         ///< the metrics, in the order of the legend
  std::vector<double> references;  ///< values marked by a horizontal line
};

/// The charts of metrics.jsonl, for the metrics that any of the runs has: related metrics share a chart, the
/// most important charts come first, and metrics that are constant over all runs are left out.
std::vector<Chart> training_charts(const std::vector<RunReport>& runs);

/// The charts of evaluations.jsonl, one for each metric.
std::vector<Chart> evaluation_charts(const std::vector<RunReport>& runs);

/// The data of the charts, as page.js reads it.
nlohmann::ordered_json chart_data(const std::vector<RunReport>& runs, const std::vector<Chart>& charts);

}  // namespace ganwright
