#include "report/charts.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdlib>
#include <iterator>
#include <set>

#include "losses/text/choice.h"
#include "losses/text/number.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;
using Lines = std::vector<Chart::Line>;

// As page.js finds the curves of a run.
constexpr Choices<ChartSource, 2> chart_source_names{
    {{"metrics", ChartSource::metrics}, {"evaluations", ChartSource::evaluations}}};

// What is said elsewhere, or is no curve that anybody reads.
const std::set<std::string> kNotDrawn = {"images", "eta_seconds", "count", "reals", "seed"};

const std::vector<Chart>& known_charts() {
  static const std::vector<Chart> charts = {
      {"Losses",
       "What each network minimizes, penalties included.",
       ChartSource::metrics,
       {{"discriminator_loss", "discriminator"}, {"generator_loss", "generator"}},
       {}},
      {"Divergence estimate",
       "E_p[φ(v)] + E_q[ψ(v)], a lower bound of D_f(p‖q), reached by the optimal discriminator.",
       ChartSource::metrics,
       {{"divergence", "D_f ≥"}},
       {0}},
      {"Likelihood ratio",
       "The mean of r = p/q on generated pictures; 1 for the optimal discriminator.",
       ChartSource::metrics,
       {{"ratio_fake", "E_q[r]"}},
       {1}},
      {"Log likelihood ratio",
       "The mean of log r: above 0 on real pictures and below 0 on generated ones, and 0 where p = q.",
       ChartSource::metrics,
       {{"log_ratio_real", "real"}, {"log_ratio_fake", "generated"}},
       {0}},
      {"Gradient norms",
       "Of all parameters of a network, before clipping.",
       ChartSource::metrics,
       {{"discriminator_gradient_norm", "discriminator"}, {"generator_gradient_norm", "generator"}},
       {}},
      {"Gradient penalties",
       "As they enter the discriminator's loss.",
       ChartSource::metrics,
       {{"r1", "R1, real"}, {"r2", "R2, generated"}, {"gradient_penalty", "WGAN-GP"}},
       {}},
      {"Learning rate",
       "Of the last step before each line.",
       ChartSource::metrics,
       {{"learning_rate", "rate"}},
       {}},
      {"Augmentation",
       "The probability of each kind, for each picture.",
       ChartSource::metrics,
       {{"augment_probability", "probability"}},
       {}},
      {"Speed", "Real pictures per second.", ChartSource::metrics, {{"images_per_second", "pictures/s"}}, {}},
      {"Memory", "The largest so far, in bytes.", ChartSource::metrics, {{"peak_memory_bytes", "bytes"}}, {}},
      {"Clamped values",
       "Values of the objective beyond float32, counted from the start.",
       ChartSource::metrics,
       {{"clamped", "values"}},
       {}},
  };
  return charts;
}

const Curves& curves_of(const RunReport& run, ChartSource source) {
  return source == ChartSource::metrics ? run.metrics : run.evaluations;
}

// Whether there is anything to see: of a training one value all along, in all runs, is none. (A first value
// is.) Of evaluations any number is, a recall of 0 above all.
bool says_anything(const std::vector<RunReport>& runs, ChartSource source, const std::string& metric) {
  std::set<double> values;
  size_t points = 0;
  for (const RunReport& run : runs) {
    for (const auto& [name, curve] : curves_of(run, source).curves) {
      if (name == metric) {
        points = std::max(points, curve.means.size());
        std::copy_if(curve.lows.begin(), curve.lows.end(), std::inserter(values, values.end()),
                     [](double value) { return std::isfinite(value); });
        std::copy_if(curve.highs.begin(), curve.highs.end(), std::inserter(values, values.end()),
                     [](double value) { return std::isfinite(value); });
      }
    }
  }
  if (source == ChartSource::evaluations) {
    return !values.empty();
  }
  return values.size() > 1 || (points == 1 && values != std::set<double>{0});
}

// The metrics that some run has and that say anything, in the order of their appearance.
std::vector<std::string> drawn_metrics(const std::vector<RunReport>& runs, ChartSource source) {
  std::vector<std::string> names;
  for (const RunReport& run : runs) {
    for (const auto& [name, curve] : curves_of(run, source).curves) {
      const bool is_known = std::find(names.begin(), names.end(), name) != names.end();
      if (!is_known && !kNotDrawn.contains(name) && says_anything(runs, source, name)) {
        names.push_back(name);
      }
    }
  }
  return names;
}

// "frechet_distance" as "Frechet distance".
std::string title_of(const std::string& metric) {
  std::string title = metric;
  std::replace(title.begin(), title.end(), '_', ' ');
  title[0] = static_cast<char>(std::toupper(static_cast<unsigned char>(title[0])));
  return title;
}

Chart chart_of(const std::string& metric, ChartSource source) {
  return {title_of(metric.empty() ? " " : metric), "", source, {{metric, metric}}, {}};
}

// Five digits are more than a screen shows.
Json rounded(const std::vector<double>& values) {
  Json array = Json::array();
  for (const double value : values) {
    array.push_back(std::isfinite(value) ? Json(std::strtod(number_text(value, 5).c_str(), nullptr))
                                         : Json(nullptr));
  }
  return array;
}

Json curves_data(const Curves& curves, const std::set<std::string>& wanted) {
  Json data{{"steps", curves.steps}, {"curves", Json::object()}};
  for (const auto& [name, curve] : curves.curves) {
    if (wanted.contains(name)) {
      Json& entry = data["curves"][name];
      entry["means"] = rounded(curve.means);
      if (curves.lines_a_point > 1) {
        entry["lows"] = rounded(curve.lows);
        entry["highs"] = rounded(curve.highs);
      }
    }
  }
  return data;
}

}  // namespace

std::vector<Chart> training_charts(const std::vector<RunReport>& runs) {
  const std::vector<std::string> names = drawn_metrics(runs, ChartSource::metrics);
  const auto is_drawn = [&](const std::string& name) {
    return std::find(names.begin(), names.end(), name) != names.end();
  };
  std::vector<Chart> charts;
  std::set<std::string> placed;
  for (Chart chart : known_charts()) {
    std::erase_if(chart.lines, [&](const Chart::Line& line) { return !is_drawn(line.metric); });
    for (const Chart::Line& line : chart.lines) {
      placed.insert(line.metric);
    }
    if (!chart.lines.empty()) {
      charts.push_back(chart);
    }
  }
  for (const std::string& name : names) {
    if (!placed.contains(name)) {
      charts.push_back(chart_of(name, ChartSource::metrics));
    }
  }
  return charts;
}

std::vector<Chart> evaluation_charts(const std::vector<RunReport>& runs) {
  std::vector<Chart> charts;
  for (const std::string& name : drawn_metrics(runs, ChartSource::evaluations)) {
    charts.push_back(chart_of(name, ChartSource::evaluations));
  }
  return charts;
}

nlohmann::ordered_json chart_data(const std::vector<RunReport>& runs, const std::vector<Chart>& charts) {
  Json data{{"runs", Json::array()}, {"charts", Json::array()}};
  std::set<std::string> wanted;
  for (const Chart& chart : charts) {
    Json lines = Json::array();
    for (const Chart::Line& line : chart.lines) {
      wanted.insert(line.metric);
      lines.push_back({{"metric", line.metric}, {"label", line.label}});
    }
    data["charts"].push_back({{"title", chart.title},
                              {"source", name_of(chart_source_names, chart.source)},
                              {"lines", lines},
                              {"references", chart.references}});
  }
  for (const RunReport& run : runs) {
    data["runs"].push_back({{"name", run.name},
                            {"metrics", curves_data(run.metrics, wanted)},
                            {"evaluations", curves_data(run.evaluations, wanted)}});
  }
  return data;
}

}  // namespace ganwright
