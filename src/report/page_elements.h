#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "report/embedded_picture.h"
#include "report/run_report.h"

namespace ganwright {

/// Pieces of the HTML of a page; texts are escaped here.

/// A paragraph of small print; nothing where the text is empty.
std::string note(const std::string& text);

/// An <img> with its alternative text; `attributes` are HTML.
std::string image(const EmbeddedPicture& picture, const std::string& alternative,
                  const std::string& attributes = "");

/// A part that may be wider than a phone: it is moved then, not the page.
std::string scrolled(const std::string& label, const std::string& html);

/// A headline of the third level where there are several runs to tell apart.
std::string run_headline(const std::vector<RunReport>& runs, const RunReport& run);

/// The value of an option of a run, "" where it is not known.
std::string option_of(const RunReport& run, const std::string& name);

/// A value of a JSON line as text.
std::string json_text(const nlohmann::ordered_json& value);

}  // namespace ganwright
