#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace ganwright {

/// Escapes a text for HTML elements and quoted attributes. The result is UTF-8; invalid bytes and control
/// characters become the replacement character.
std::string escape_html(std::string_view text);

/// JSON for the inside of a `<script>` element, which it cannot close; numbers that are not finite become
/// null.
std::string json_for_script(const nlohmann::ordered_json& value);

/// A file as a data URL: "data:image/png;base64,...".
std::string data_url(std::string_view type, std::span<const uint8_t> bytes);

/// A number for a table, with five significant digits; "-" if it is not finite.
std::string table_number(double number);

}  // namespace ganwright
