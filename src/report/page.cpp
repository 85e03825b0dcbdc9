#include "report/page.h"

#include <spdlog/fmt/fmt.h>

#include <exception>
#include <map>
#include <string_view>

#include "report/charts.h"
#include "report/html.h"
#include "report/page_curves.h"
#include "report/page_pictures.h"
#include "report/page_setup.h"
#include "report/page_text.h"

namespace ganwright {
namespace {

// A part of a page under a headline of the second level.
struct Section {
  std::string id;
  std::string title;
  std::string html;
};

// Every {{name}} of the template, once; what is put in is not looked at again.
std::string filled(std::string_view text, const std::map<std::string, std::string, std::less<>>& values) {
  std::string result;
  while (true) {
    const size_t start = text.find("{{");
    const size_t end = text.find("}}", start);
    if (end == std::string_view::npos) {
      return result.append(text);
    }
    result.append(text.substr(0, start)).append(values.find(text.substr(start + 2, end - start - 2))->second);
    text.remove_prefix(end + 2);
  }
}

// What `make` returns, or why that failed: one part that cannot be made does not cost the others.
template <class Make>
std::string part(const Make& make) {
  try {
    return make();
  } catch (const std::exception& error) {
    return fmt::format("<p class=\"note\">This part cannot be shown: {}</p>\n", escape_html(error.what()));
  }
}

std::string title_of(const std::vector<RunReport>& runs) {
  return runs.size() == 1 ? runs[0].name : fmt::format("{} runs compared", runs.size());
}

std::string header(const std::vector<RunReport>& runs, const PageFrame& frame,
                   const std::vector<Section>& sections) {
  std::string links;
  for (const Section& section : sections) {
    links += fmt::format("<li><a href=\"#{}\">{}</a></li>\n", section.id, section.title);
  }
  const std::string followed =
      frame.reload_seconds > 0
          ? fmt::format(" The page follows the training and reloads every {} seconds.", frame.reload_seconds)
          : "";
  return fmt::format(
      "<h1>{}</h1>\n<p class=\"lead\">Training of a GAN, written {}.{}</p>\n"
      "<nav aria-label=\"Sections\"><ul>\n{}</ul></nav>\n",
      escape_html(title_of(runs)), escape_html(frame.time), followed, links);
}

}  // namespace

std::string report_page(const std::vector<RunReport>& runs, const PageFrame& frame) {
  std::vector<Chart> charts = training_charts(runs);
  const size_t trained = charts.size();
  for (Chart& chart : evaluation_charts(runs)) {
    charts.push_back(std::move(chart));
  }
  const std::vector<Section> sections = {
      {"overview", "Overview", part([&] { return overview_html(runs, charts, trained); })},
      {"curves", "Learning curves", part([&] { return learning_curves_html(runs, charts, trained); })},
      {"metrics", "Metrics", part([&] { return evaluations_html(runs, charts, trained); })},
      {"samples", "Samples over time", part([&] { return samples_html(runs); })},
      {"neighbors", "Nearest real pictures", part([&] { return neighbors_html(runs); })},
      {"interpolations", "Latent interpolations", part([&] { return interpolations_html(runs); })},
      {"objective", runs.size() > 1 ? "Objectives" : "Objective", part([&] { return losses_html(runs); })},
      {"configuration", "Configuration", part([&] { return configuration_html(runs); })},
      {"environment", "Environment and command", part([&] { return environment_html(runs); })}};
  std::string content;
  for (const RunReport& run : runs) {
    for (const std::string& remark : run.remarks) {
      content += "<p class=\"note\">" + escape_html(remark) + "</p>\n";
    }
  }
  for (const Section& section : sections) {
    content += fmt::format("<section aria-labelledby=\"{0}\">\n<h2 id=\"{0}\">{1}</h2>\n{2}</section>\n",
                           section.id, section.title, section.html);
  }
  return filled(
      kPageHtml,
      {{"title", escape_html(title_of(runs)) + " - ganwright"},
       {"refresh", frame.reload_seconds > 0
                       ? fmt::format("<meta http-equiv=\"refresh\" content=\"{}\">\n", frame.reload_seconds)
                       : ""},
       {"style", fmt::format("{}\n{}", kPageCss, kPageContentCss)},
       {"header", header(runs, frame, sections)},
       {"content", content},
       {"footer", fmt::format("<p>Written by <code>{}</code></p>\n", escape_html(frame.command))},
       {"data", json_for_script(chart_data(runs, charts))},
       {"script", std::string(kPageJs)}});
}

}  // namespace ganwright
