#include "report/html.h"

#include <spdlog/fmt/fmt.h>

#include <cmath>

#include "losses/text/number.h"

namespace ganwright {
namespace {

constexpr std::string_view kReplacement = "\uFFFD";

// By the JSON library, which replaces the same bytes in what scripts read.
std::string valid_utf8(std::string_view text) {
  using nlohmann::json;
  return json::parse(json(text).dump(-1, ' ', false, json::error_handler_t::replace)).get<std::string>();
}

}  // namespace

std::string escape_html(std::string_view text) {
  std::string escaped;
  for (const char c : valid_utf8(text)) {
    switch (c) {
      case '&':
        escaped += "&amp;";
        break;
      case '<':
        escaped += "&lt;";
        break;
      case '>':
        escaped += "&gt;";
        break;
      case '"':
        escaped += "&quot;";
        break;
      case '\'':
        escaped += "&#39;";
        break;
      default: {
        const bool is_control = static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t';
        escaped += is_control ? std::string(kReplacement) : std::string(1, c);
      }
    }
  }
  return escaped;
}

std::string json_for_script(const nlohmann::ordered_json& value) {
  std::string escaped;
  for (const char c : value.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace)) {
    // "</script>" and "<!--" would be read as HTML; in JSON the character stands in strings alone.
    escaped += c == '<' ? std::string("\\u003c") : std::string(1, c);
  }
  return escaped;
}

std::string data_url(std::string_view type, std::span<const uint8_t> bytes) {
  constexpr std::string_view kDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string url = fmt::format("data:{};base64,", type);
  url.reserve(url.size() + bytes.size() / 3 * 4 + 4);
  for (size_t i = 0; i < bytes.size(); i += 3) {
    const auto at = [&](size_t j) { return j < bytes.size() ? uint32_t{bytes[j]} : 0U; };
    const uint32_t three = at(i) << 16 | at(i + 1) << 8 | at(i + 2);
    for (size_t digit = 0; digit < 4; ++digit) {
      url += i + digit <= bytes.size() ? kDigits[three >> (18 - 6 * digit) & 63] : '=';
    }
  }
  return url;
}

std::string table_number(double number) {
  return std::isfinite(number) ? number_text(number, 5) : "-";
}

}  // namespace ganwright
