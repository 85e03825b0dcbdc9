#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>
#include <string>
#include <string_view>
#include <system_error>

#include "cli/option_table.h"
#include "cli/option_values.h"
#include "errors.h"

namespace ganwright {
namespace {

// Some editors begin a UTF-8 file with it.
constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

}  // namespace

void OptionTable::parse_file(const std::filesystem::path& path) {
  std::ifstream stream(path);
  std::ostringstream text;
  std::error_code error;
  // An empty file is read, and is nothing wrong.
  const bool is_empty = std::filesystem::is_empty(path, error);
  if (!stream || std::filesystem::is_directory(path, error) || (!(text << stream.rdbuf()) && !is_empty)) {
    throw UsageError("cannot read the configuration " + path.string() + "; check the path");
  }
  if (text.str().find('\0') != std::string::npos) {
    throw UsageError(path.string() + " is not a text file; give one of `key = value` lines");
  }
  parse_text(text.str(), path.string());
}

void OptionTable::parse_text(const std::string& text, const std::string& origin) {
  std::istringstream stream(text);
  std::set<std::string> given;
  int number = 0;
  for (std::string line; std::getline(stream, line);) {
    ++number;
    if (number == 1 && line.starts_with(kByteOrderMark)) {
      line.erase(0, kByteOrderMark.size());
    }
    const std::string content = trimmed(line);
    if (content.empty() || content.front() == '#') {
      continue;
    }
    const std::string place = origin + " line " + std::to_string(number);
    const size_t equals = content.find('=');
    if (equals == std::string::npos) {
      throw UsageError(place + ": '" + content + "' is not of the form key = value");
    }
    const Option& option = find(trimmed(content.substr(0, equals)), place);
    if (!option.is_for_files) {
      throw UsageError(place + ": a configuration file cannot include another; give --" + option.text.name +
                       " on the command line");
    }
    if (!given.insert(option.text.name).second) {
      throw UsageError(place + ": " + option.text.name + " is given twice; give it once");
    }
    option.read(trimmed(content.substr(equals + 1)), place + ", " + option.text.name);
  }
  apply_exclusions(given, origin);
}

std::string OptionTable::config_text() const {
  std::string text;
  for (const Option& option : options_) {
    if (option.is_for_files) {
      text += option.text.name + " = " + option.write() + "\n";
    }
  }
  return text;
}

}  // namespace ganwright
