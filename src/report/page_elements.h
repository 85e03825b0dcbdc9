#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/embedded_picture.h"
#include "report/run_report.h"

namespace ganwright {

// Elements of a page, as HTML. Texts are escaped here.

/// A paragraph of small print; nothing for an empty text.
std::string note(const std::string& text);

/// An `<img>` with its alt text; `attributes` is HTML.
std::string image(const EmbeddedPicture& picture, const std::string& alternative,
                  const std::string& attributes = "");

/// Makes HTML that may be wider than the screen scroll by itself; `label` is for screen readers.
std::string scrolled(const std::string& label, const std::string& html);

/// The name of the run as an `<h3>` if the page has several runs; otherwise nothing.
std::string run_headline(const std::vector<RunReport>& runs, const RunReport& run);

/// The value of an option of a run; "" if it is unknown.
std::string option_of(const RunReport& run, const std::string& name);

/// A value of a JSON line as text.
std::string json_text(const nlohmann::ordered_json& value);

}  // namespace ganwright
