#pragma once

#include <cstddef>
#include <filesystem>
#include <functional>
#include <nlohmann/json.hpp>
#include <string>
#include <string_view>

namespace ganwright {

/// The longest line that is read of a file of JSON lines, in bytes: those that the program writes take a
/// thousand.
constexpr size_t kLongestJsonLine = size_t{1} << 20;

/// The JSON object that a text holds; null where it is none, is nested more than 16 deep, or is longer than
/// kLongestJsonLine: whoever wrote the text, reading, copying and writing what comes back is cheap.
nlohmann::ordered_json parse_json_object(std::string_view text);

/// Calls `take` with each line of a file that ends in a newline, and how many bytes it takes, the newline
/// included; of one longer than kLongestJsonLine comes the beginning, which is no JSON. Starts at byte
/// `from`. Returns false where the file cannot be read to its end, or is a symbolic link, which may lead out
/// of a run; a missing file has no lines.
bool for_each_line(const std::filesystem::path& path,
                   const std::function<void(const std::string& line, size_t bytes)>& take, size_t from = 0);

}  // namespace ganwright
