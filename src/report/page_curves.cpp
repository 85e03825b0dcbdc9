#include "report/page_curves.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <map>

#include "report/html.h"
#include "report/page_elements.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<RunReport>;

constexpr size_t kPageColors = 7;  // of page.css

std::string whole_number(const Json& record, const char* name) {
  const auto found = record.find(name);
  return found != record.end() && found->is_number() ? fmt::format("{:.0f}", found->get<double>()) : "-";
}

// The newest numbers of a run that are told first, by their titles.
std::vector<std::pair<std::string, std::string>> facts_of(const RunReport& run, const Chart* first,
                                                          const Chart* end) {
  std::vector<std::pair<std::string, std::string>> facts;
  const std::string steps = option_of(run, "steps");
  facts.emplace_back("Loss", run.loss.content ? run.loss.content->summary.name : "-");
  facts.emplace_back("Step", whole_number(run.metrics.last, "step") + (steps.empty() ? "" : " of " + steps));
  facts.emplace_back("Real pictures seen", whole_number(run.metrics.last, "images"));
  if (run.evaluations.last.contains("count")) {
    facts.emplace_back("Pictures compared", whole_number(run.evaluations.last, "count") + " with " +
                                                whole_number(run.evaluations.last, "reals"));
  }
  for (const Chart* chart = first; chart != end; ++chart) {
    const bool is_evaluation = chart->source == ChartSource::evaluations;
    const Json& last = is_evaluation ? run.evaluations.last : run.metrics.last;
    for (const Chart::Line& line : chart->lines) {
      const auto found = last.find(line.metric);
      if (found != last.end()) {
        const bool is_alone = chart->lines.size() == 1;
        facts.emplace_back(is_alone ? chart->title : chart->title + ", " + line.label, json_text(*found));
      }
    }
  }
  return facts;
}

std::string swatch(size_t color, bool is_pale = false) {
  return fmt::format(
      "<svg class=\"swatch\" viewBox=\"0 0 22 10\" aria-hidden=\"true\"><line x1=\"0\" x2=\"22\" y1=\"6\" "
      "y2=\"6\" stroke=\"var(--series-{})\" stroke-width=\"3\" stroke-opacity=\"{}\"/></svg>",
      color % kPageColors, is_pale ? 0.5 : 1.0);
}

std::string chart_figure(const Runs& runs, const Chart& chart, size_t place) {
  std::string legend;
  if (chart.lines.size() > 1) {
    legend = "<ul class=\"legend\">";
    for (size_t i = 0; i < chart.lines.size(); ++i) {
      const bool is_by_line = runs.size() == 1;
      legend += "<li>" + swatch(is_by_line ? i : kPageColors - 1, !is_by_line && i > 0) +
                escape_html(chart.lines[i].label) + "</li>";
    }
    legend += "</ul>\n";
  }
  return fmt::format(
      "<figure class=\"chart\" data-chart=\"{0}\">\n<h3>{1}</h3>\n<figcaption>{2}</figcaption>\n{3}"
      "<svg class=\"diagram\" tabindex=\"0\" role=\"img\" aria-label=\"{1} over steps; the arrow keys read "
      "the "
      "values\"></svg>\n"
      "<div class=\"readout\" role=\"status\" hidden></div>\n</figure>\n",
      place, escape_html(chart.title), escape_html(chart.text), legend);
}

std::string chart_figures(const Runs& runs, const std::vector<Chart>& charts, size_t first, size_t end) {
  std::string html = "<div class=\"charts\">\n";
  for (size_t i = first; i < end; ++i) {
    html += chart_figure(runs, charts[i], i);
  }
  return html + "</div>\n";
}

// The numbers of a run's curves at some steps, the newest last.
std::string numbers_table(const RunReport& run, const Curves& curves, size_t most_rows) {
  std::string html = "<table>\n<caption>" + escape_html(run.name) +
                     "</caption>\n<thead><tr><th scope=\"col\" class=\"number\">step</th>";
  for (const auto& [name, curve] : curves.curves) {
    html += "<th scope=\"col\" class=\"number\">" + escape_html(name) + "</th>";
  }
  html += "</tr></thead>\n<tbody>\n";
  const size_t points = curves.steps.size();
  const size_t rows = std::min(points, most_rows);
  for (size_t row = 0; row < rows; ++row) {
    const size_t point = rows == 1 ? points - 1 : row * (points - 1) / (rows - 1);
    html += fmt::format("<tr><th scope=\"row\" class=\"number\">{:.0f}</th>", curves.steps[point]);
    for (const auto& [name, curve] : curves.curves) {
      html += "<td class=\"number\">" + table_number(curve.means[point]) + "</td>";
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

std::string numbers(const Runs& runs, Curves RunReport::* source) {
  const size_t most_rows = runs.size() == 1 ? 25 : 10;
  std::string tables;
  for (const RunReport& run : runs) {
    if (!(run.*source).steps.empty()) {
      tables += scrolled("Numbers of " + run.name, numbers_table(run, run.*source, most_rows));
    }
  }
  return tables.empty() ? ""
                        : "<details>\n<summary>The numbers as a table</summary>\n" + tables + "</details>\n";
}

// The object under a name; an empty one where there is none, or something else.
Json object_in(const Json& object, const char* name) {
  const auto found = object.find(name);
  return found != object.end() && found->is_object() ? *found : Json::object();
}

// The newest evaluation: values with their intervals, and what real pictures reach against other real ones.
std::string evaluation_table(const RunReport& run) {
  const Json& last = run.evaluations.last;
  const Json floors = object_in(object_in(last, "half"), "real");
  const Json intervals = object_in(last, "intervals");
  std::string rows;
  for (const auto& [name, curve] : run.evaluations.curves) {
    if (!floors.contains(name) && !intervals.contains(name)) {
      continue;
    }
    const Json interval = intervals.value(name, Json::array());
    rows += fmt::format(
        "<tr><th scope=\"row\">{}</th><td class=\"number\">{}</td><td class=\"number\">{}</td>"
        "<td class=\"number\">{}</td></tr>\n",
        escape_html(name), escape_html(json_text(last.value(name, Json()))),
        interval.is_array() && interval.size() == 2
            ? escape_html(json_text(interval[0]) + " to " + json_text(interval[1]))
            : "-",
        escape_html(json_text(floors.value(name, Json()))));
  }
  if (rows.empty()) {
    return "";
  }
  return scrolled(
      "Newest evaluation of " + run.name,
      fmt::format("<table>\n<caption>{}, step {}, features {}, {} generated and {} real "
                  "pictures{}</caption>\n<thead><tr><th scope=\"col\">metric</th>"
                  "<th scope=\"col\" class=\"number\">value</th><th scope=\"col\" class=\"number\">"
                  "95% interval</th><th scope=\"col\" class=\"number\">real against real</th></tr>"
                  "</thead>\n<tbody>\n{}</tbody>\n</table>\n",
                  escape_html(run.name), whole_number(last, "step"),
                  escape_html(json_text(last.value("features", Json("unknown")))),
                  whole_number(last, "count"), whole_number(last, "reals"),
                  run.evaluations.of_other_kinds == 0
                      ? ""
                      : fmt::format("; the curves leave out {} evaluations of other pictures or features",
                                    run.evaluations.of_other_kinds),
                  rows));
}

std::string runs_legend(const Runs& runs) {
  if (runs.size() == 1) {
    return "";
  }
  std::string html = "<ul class=\"legend runs-legend\" aria-label=\"Runs; a button hides its curves\">\n";
  for (size_t i = 0; i < runs.size(); ++i) {
    html +=
        fmt::format("<li><button type=\"button\" data-run=\"{}\" aria-pressed=\"true\">{}{}</button></li>\n",
                    i, swatch(i), escape_html(runs[i].name));
  }
  return html + "</ul>\n";
}

}  // namespace

std::string overview_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                          size_t trained) {
  // Evaluations, and of training what the first charts show.
  constexpr size_t kTrainingCharts = 4;
  std::vector<Chart> told(charts.begin() + static_cast<std::ptrdiff_t>(trained), charts.end());
  told.insert(told.end(), charts.begin(),
              charts.begin() + static_cast<std::ptrdiff_t>(std::min(trained, kTrainingCharts)));
  std::vector<std::string> titles;
  std::vector<std::map<std::string, std::string>> rows;
  for (const RunReport& run : runs) {
    rows.emplace_back();
    for (const auto& [title, value] : facts_of(run, told.data(), told.data() + told.size())) {
      rows.back()[title] = value;
      if (std::find(titles.begin(), titles.end(), title) == titles.end()) {
        titles.push_back(title);
      }
    }
  }
  std::string html;
  if (runs.size() == 1) {
    html = "<dl class=\"facts\">\n";
    for (const std::string& title : titles) {
      html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n", escape_html(title),
                          escape_html(rows[0].at(title)));
    }
    html += "</dl>\n";
  } else {
    html = "<table>\n<thead><tr><th scope=\"col\">Run</th>";
    for (const std::string& title : titles) {
      html += "<th scope=\"col\" class=\"number\">" + escape_html(title) + "</th>";
    }
    html += "</tr></thead>\n<tbody>\n";
    for (size_t i = 0; i < runs.size(); ++i) {
      html += "<tr><th scope=\"row\">" + escape_html(runs[i].name) + "</th>";
      for (const std::string& title : titles) {
        const auto found = rows[i].find(title);
        html += "<td class=\"number\">" + escape_html(found == rows[i].end() ? "-" : found->second) + "</td>";
      }
      html += "</tr>\n";
    }
    html = scrolled("The newest numbers of each run", html + "</tbody>\n</table>\n");
  }
  for (const RunReport& run : runs) {
    for (const Curves* curves : {&run.metrics, &run.evaluations}) {
      if (curves->damaged > 0) {
        html += note(fmt::format("{}: {} damaged lines of {} are left out.", run.name, curves->damaged,
                                 curves == &run.metrics ? "metrics.jsonl" : "evaluations.jsonl"));
      }
    }
  }
  return html;
}

std::string learning_curves_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                                 size_t trained) {
  int64_t lines_a_point = 1;
  for (const RunReport& run : runs) {
    lines_a_point = std::max(lines_a_point, run.metrics.lines_a_point);
  }
  if (trained == 0) {
    return note("metrics.jsonl has no lines; none yet, if the training has just started.");
  }
  return "<noscript><p class=\"note\">The charts need JavaScript; the table below does "
         "not.</p></noscript>\n" +
         runs_legend(runs) +
         note(lines_a_point > 1
                  ? fmt::format("Each point is the mean of up to {} lines of metrics.jsonl, the band their "
                                "smallest and largest value.",
                                lines_a_point)
                  : "") +
         chart_figures(runs, charts, 0, trained) + numbers(runs, &RunReport::metrics);
}

std::string evaluations_html(const std::vector<RunReport>& runs, const std::vector<Chart>& charts,
                             size_t trained) {
  if (trained == charts.size()) {
    return note("There are no evaluations yet: ganwright evaluate makes one, train --evaluate-every many.");
  }
  std::string html;
  std::string tables;
  bool is_random = false;
  for (const RunReport& run : runs) {
    if (run.evaluations.last.is_object()) {
      tables += evaluation_table(run);
      is_random = is_random || run.evaluations.last.value("features", Json()) == "random";
    }
  }
  html +=
      note(is_random ? "Random features: compare these numbers between runs, not with published ones." : "");
  html += runs.size() == 1 || tables.empty()
              ? tables
              : "<details>\n<summary>The newest evaluation of each run</summary>\n" + tables + "</details>\n";
  return html + chart_figures(runs, charts, trained, charts.size()) + numbers(runs, &RunReport::evaluations);
}

}  // namespace ganwright
