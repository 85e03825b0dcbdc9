#include "report/page_setup.h"

#include <spdlog/fmt/fmt.h>

#include <algorithm>
#include <iterator>

#include "report/html.h"
#include "report/page_elements.h"

namespace ganwright {
namespace {

using Json = nlohmann::ordered_json;
using Runs = std::vector<RunReport>;

std::string html_row(const std::string& name, const std::string& value) {
  return value.empty() ? ""
                       : "<tr><th scope=\"row\">" + name + "</th><td><code>" + escape_html(value) +
                             "</code></td></tr>\n";
}

std::string formulas_table(const LossSummary& loss) {
  std::string conjugate;
  for (const std::string& part : loss.conjugate) {
    conjugate += (conjugate.empty() ? "" : "; ") + part;
  }
  std::string recognized;
  for (const std::string& name : loss.recognized) {
    recognized += (recognized.empty() ? "" : ", ") + name;
  }
  const std::string html = html_row("f(t)", loss.f) + html_row("f'(t)", loss.slope) +
                           html_row("f''(t)", loss.curvature) + html_row("f*(v)", conjugate) +
                           html_row("up to c (t - 1)", recognized) + html_row("link", loss.link) +
                           html_row("ω(t)", loss.omega) + html_row("φ(v)", loss.phi) +
                           html_row("ψ(v)", loss.psi) + html_row("generator", loss.generator_objective) +
                           html_row("it descends", loss.wrong_way.empty() ? loss.effective : "no divergence");
  return scrolled("Formulas of " + loss.name, "<table>\n<tbody>\n" + html + "</tbody>\n</table>\n");
}

std::string loss_html(const LossReport& loss) {
  std::string html = formulas_table(loss.summary);
  if (!loss.summary.remarks.empty()) {
    html += "<ul class=\"note\">\n";
    for (const std::string& remark : loss.summary.remarks) {
      html += "<li>" + escape_html(remark) + "</li>\n";
    }
    html += "</ul>\n";
  }
  if (!loss.plot.content) {
    return html + note("The plot is left out: " + loss.plot.reason);
  }
  const std::string figure =
      fmt::format("<figure><img class=\"plot\" src=\"{}\" alt=\"{}\"></figure>\n", *loss.plot.content,
                  escape_html("Plots of " + loss.summary.name +
                              ": f and its derivatives, the conjugate, φ and ψ, the gradient weights"));
  return html + scrolled("Plots of " + loss.summary.name, figure);
}

// A row of options: of one run, or of several side by side, marked where `is_marked`.
std::string option_row(const std::string& name, const std::vector<std::string>& values, bool is_marked) {
  std::string html = fmt::format("<tr{}><th scope=\"row\"><code>{}</code></th>",
                                 is_marked ? " class=\"differs\"" : "", escape_html(name));
  for (const std::string& value : values) {
    html += "<td>" + escape_html(value) + "</td>";
  }
  return html + "</tr>\n";
}

std::string option_table(const Runs& runs, const std::string& caption, const std::string& rows) {
  std::string html = "<table>\n<caption>" + caption + "</caption>\n<thead><tr><th scope=\"col\">option</th>";
  for (const RunReport& run : runs) {
    html += "<th scope=\"col\">" + (runs.size() > 1 ? escape_html(run.name) : "value") + "</th>";
  }
  return scrolled(caption, html + "</tr></thead>\n<tbody>\n" + rows + "</tbody>\n</table>\n");
}

std::string session_html(const Json& session) {
  std::string html = "<dl class=\"facts\">\n";
  for (const auto& [name, value] : session.items()) {
    if (name != "command") {
      html += fmt::format("<div><dt>{}</dt><dd>{}</dd></div>\n",
                          name == "step" ? "from step" : escape_html(name), escape_html(json_text(value)));
    }
  }
  const auto command = session.find("command");
  return html + "</dl>\n" +
         (command == session.end() ? "" : "<pre>" + escape_html(json_text(*command)) + "</pre>\n");
}

}  // namespace

std::string losses_html(const std::vector<RunReport>& runs) {
  // Runs by their losses, in the order of the runs.
  std::vector<std::vector<const RunReport*>> groups;
  for (const RunReport& run : runs) {
    const auto found = std::find_if(groups.begin(), groups.end(), [&](const auto& group) {
      return group[0]->loss_options == run.loss_options;
    });
    if (found == groups.end()) {
      groups.push_back({&run});
    } else {
      found->push_back(&run);
    }
  }
  std::string html;
  for (const std::vector<const RunReport*>& group : groups) {
    const Part<LossReport>& loss = group[0]->loss;
    std::string names;
    for (const RunReport* run : group) {
      names += (names.empty() ? "" : ", ") + run->name;
    }
    html += "<h3>" + escape_html(loss.content ? loss.content->summary.name : "Unknown") + "</h3>\n";
    html += runs.size() > 1 ? note("Of " + names + ".") : "";
    html += loss.content ? loss_html(*loss.content) : note("Left out: " + loss.reason);
  }
  return html;
}

std::string configuration_html(const std::vector<RunReport>& runs) {
  std::string told;
  std::string rest;
  std::string missing;
  std::vector<std::string> names;
  for (const RunReport& run : runs) {
    if (!run.options.content) {
      missing += note(run.name + ": " + run.options.reason);
    } else if (names.empty()) {
      for (const auto& [name, value] : *run.options.content) {
        names.push_back(name);
      }
    }
  }
  for (const std::string& name : names) {
    std::vector<std::string> values;
    for (const RunReport& run : runs) {
      values.push_back(option_of(run, name));
    }
    const bool differs = std::any_of(values.begin(), values.end(),
                                     [&](const std::string& value) { return value != values.front(); });
    if (runs.size() > 1) {
      (differs ? told : rest) += option_row(name, values, differs);
    } else {
      (runs[0].unusual.contains(name) ? told : rest) += option_row(name, values, false);
    }
  }
  const bool is_one = runs.size() == 1;
  std::string html = missing;
  if (!told.empty()) {
    html += option_table(runs, is_one ? "Changed from the defaults" : "Differences between the runs", told);
  } else if (!names.empty()) {
    html += note(is_one ? "All options have their defaults." : "The runs have the same options.");
  }
  if (!rest.empty()) {
    html += fmt::format("<details>\n<summary>{}</summary>\n{}</details>\n",
                        is_one ? "As by default" : "The same in all runs",
                        option_table(runs, is_one ? "As by default" : "The same in all runs", rest));
  }
  return html;
}

std::string environment_html(const std::vector<RunReport>& runs) {
  std::string html;
  for (const RunReport& run : runs) {
    html += run_headline(runs, run);
    if (run.sessions.empty()) {
      html += note("No session is recorded: nothing was trained here, or by an earlier version.");
      continue;
    }
    html += session_html(run.sessions.back());
    std::string earlier;
    for (auto session = std::next(run.sessions.rbegin()); session != run.sessions.rend(); ++session) {
      earlier += session_html(*session);
    }
    if (!earlier.empty()) {
      html += fmt::format("<details>\n<summary>{} earlier sessions</summary>\n{}</details>\n",
                          run.sessions.size() - 1, earlier);
    }
  }
  return html;
}

}  // namespace ganwright
