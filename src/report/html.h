#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <span>
#include <string>
#include <string_view>

namespace ganwright {

/// A text as HTML shows it, in elements and in quoted attributes: UTF-8, with a replacement character for
/// bytes that are none and for control characters.
std::string escape_html(std::string_view text);

/// JSON that stands inside a <script> element and cannot end it; numbers that are not finite become null.
std::string json_for_script(const nlohmann::ordered_json& value);

/// A file inside the page: "data:image/png;base64,...".
std::string data_url(std::string_view type, std::span<const uint8_t> bytes);

/// A number with five significant digits, such as a table shows it; "-" for what is not finite.
std::string number_text_of(double number);

}  // namespace ganwright
