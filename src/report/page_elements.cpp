#include "report/page_elements.h"

#include <spdlog/fmt/fmt.h>

#include "report/html.h"

namespace ganwright {

std::string note(const std::string& text) {
  return text.empty() ? "" : "<p class=\"note\">" + escape_html(text) + "</p>\n";
}

std::string image(const EmbeddedPicture& picture, const std::string& alternative,
                  const std::string& attributes) {
  return fmt::format("<img src=\"{}\" width=\"{}\" height=\"{}\" alt=\"{}\"{}>\n", picture.url, picture.width,
                     picture.height, escape_html(alternative), attributes.empty() ? "" : " " + attributes);
}

std::string scrolled(const std::string& label, const std::string& html) {
  return fmt::format("<div class=\"scroll\" role=\"region\" tabindex=\"0\" aria-label=\"{}\">\n{}</div>\n",
                     escape_html(label), html);
}

std::string run_headline(const std::vector<RunReport>& runs, const RunReport& run) {
  return runs.size() > 1 ? "<h3>" + escape_html(run.name) + "</h3>\n" : "";
}

std::string option_of(const RunReport& run, const std::string& name) {
  if (run.options.content) {
    for (const auto& [key, value] : *run.options.content) {
      if (key == name) {
        return value;
      }
    }
  }
  return "";
}

std::string json_text(const nlohmann::ordered_json& value) {
  return value.is_number()   ? table_number(value.get<double>())
         : value.is_string() ? value.get<std::string>()
         : value.is_null()   ? "-"
                             : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace);
}

}  // namespace ganwright
