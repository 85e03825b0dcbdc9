#include "report/page_pictures.h"

#include <spdlog/fmt/fmt.h>

#include <set>

#include "report/html.h"
#include "report/page_elements.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<RunReport>;

std::string history_figure(const Runs& runs, const RunReport& run) {
  std::string html = "<figure class=\"history\">\n" + run_headline(runs, run);
  for (const auto& [step, picture] : run.samples.grids) {
    const bool is_newest = step == run.samples.grids.back().first;
    html += image(picture, fmt::format("Samples of {} at step {}", run.name, step),
                  fmt::format("data-step=\"{}\"{}", step, is_newest ? "" : " hidden"));
  }
  const GridHistory& samples = run.samples;
  std::string caption = "Averaged generator, the same latents at every step";
  const auto shown = static_cast<int64_t>(samples.grids.size());
  if (shown + samples.unreadable < samples.found) {
    caption += fmt::format("; {} of {} grids", shown, samples.found);
  }
  if (samples.unreadable > 0) {
    caption += fmt::format("; {} could not be read", samples.unreadable);
  }
  return html + "<figcaption>" + caption + ".</figcaption>\n</figure>\n";
}

std::string neighbors_table(const NeighborStudy& study) {
  std::string html = "<table class=\"neighbors\">\n<thead><tr><th scope=\"col\">Sample</th>";
  for (size_t i = 0; i < study.nearest[0].real.size(); ++i) {
    html += fmt::format("<th scope=\"col\">Real {}</th>", i + 1);
  }
  html += "</tr></thead>\n<tbody>\n";
  for (size_t row = 0; row < study.nearest.size(); ++row) {
    const Neighbors& neighbors = study.nearest[row];
    html += "<tr><th scope=\"row\">" +
            image(neighbors.sample, fmt::format("Sample {}", row + 1), "class=\"pixels\"") + "</th>";
    for (const Neighbors::Real& real : neighbors.real) {
      html += fmt::format("<td>{}{:.4f}</td>",
                          image(real.picture, "Real picture " + real.path,
                                fmt::format("class=\"pixels\" title=\"{}\"", escape_html(real.path))),
                          real.distance);
    }
    html += "</tr>\n";
  }
  return html + "</tbody>\n</table>\n";
}

}  // namespace

std::string samples_html(const std::vector<RunReport>& runs) {
  std::set<int64_t> steps;
  std::string figures;
  std::string missing;
  for (const RunReport& run : runs) {
    for (const auto& [step, picture] : run.samples.grids) {
      steps.insert(step);
    }
    if (run.samples.grids.empty()) {
      missing += note(run.name + ": there are no sample grids yet.");
    } else {
      figures += history_figure(runs, run);
    }
  }
  // Beside them the real pictures, each set once.
  std::set<std::string> shown;
  for (const RunReport& run : runs) {
    if (run.reals && shown.insert(run.reals->url).second) {
      figures += "<figure>\n" + (runs.size() > 1 ? "<h3>Real pictures</h3>\n" : std::string()) +
                 image(*run.reals, "Real pictures of " + run.name) + "<figcaption>Real pictures" +
                 (runs.size() > 1 ? " of " + escape_html(run.name) : "") + ".</figcaption>\n</figure>\n";
    }
  }
  const std::string slider =
      steps.size() < 2
          ? ""
          : fmt::format(
                "<div class=\"slider\"><label for=\"grid-step\">Time</label>"
                "<input type=\"range\" id=\"grid-step\" min=\"0\" max=\"{0}\" value=\"{0}\" step=\"1\" "
                "data-steps=\"{1}\"><output for=\"grid-step\">step {2}</output></div>\n",
                steps.size() - 1, Json(steps).dump(), *steps.rbegin());
  return slider + (figures.empty() ? "" : "<div class=\"pictures\">\n" + figures + "</div>\n") + missing;
}

std::string neighbors_html(const std::vector<RunReport>& runs) {
  std::string html =
      "<p>Does the generator copy? Distances are root mean squares of the differences of pixels from 0 to 1. "
      "Copies would lie much nearer to real pictures than those lie to one another.</p>\n";
  for (const RunReport& run : runs) {
    html += run_headline(runs, run);
    if (!run.neighbors.content) {
      html += note("Left out: " + run.neighbors.reason);
      continue;
    }
    const NeighborStudy& study = *run.neighbors.content;
    html += fmt::format(
        "<p>Of {} samples of the checkpoint of step {} the median distance to the nearest of {} real "
        "pictures "
        "is <strong>{}</strong>; from a real picture to the nearest other one it is <strong>{}</strong>. "
        "Shown "
        "are the samples that lie nearest to a real picture.</p>\n",
        study.samples, study.step, study.reals, table_number(study.median_distance),
        table_number(study.median_among_reals));
    html += note(study.remark) + scrolled("Nearest real pictures of " + run.name, neighbors_table(study));
  }
  return html;
}

std::string interpolations_html(const std::vector<RunReport>& runs) {
  std::string html =
      "<p>Pictures on arcs between two latents, one arc per row.</p>\n<div class=\"pictures\">\n";
  for (const RunReport& run : runs) {
    html += "<figure>\n" + run_headline(runs, run);
    if (run.interpolations.content) {
      const Interpolations& ways = *run.interpolations.content;
      html +=
          image(ways.grid,
                fmt::format("{} interpolations of {} pictures each of {}", ways.rows, ways.columns, run.name),
                "class=\"pixels\"") +
          fmt::format("<figcaption>Checkpoint of step {}.</figcaption>\n", ways.step);
    } else {
      html += note("Left out: " + run.interpolations.reason);
    }
    html += "</figure>\n";
  }
  return html + "</div>\n";
}

}  // namespace ganwright
