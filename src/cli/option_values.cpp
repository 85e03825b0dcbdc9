#include "cli/option_values.h"

#include <algorithm>
#include <charconv>
#include <sstream>
#include <system_error>

#include "errors.h"
#include "losses/text/nearest_name.h"

namespace ganwright {
namespace {

template <class Number>
Number number_in_range(const std::string& text, Number lowest, Number highest, const std::string& origin,
                       const std::string& kind, const std::string& range) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (text.empty() || error != std::errc() || stopped != end || !(value >= lowest && value <= highest)) {
    throw UsageError(origin + ": '" + text + "' is not " + kind + "; give " + range);
  }
  return value;
}

}  // namespace

int64_t read_integer(const std::string& text, int64_t lowest, int64_t highest, const std::string& origin,
                     const std::string& range) {
  return number_in_range(text, lowest, highest, origin, "a whole number in range", range);
}

double read_number(const std::string& text, double lowest, double highest, const std::string& origin,
                   const std::string& range) {
  return number_in_range(text, lowest, highest, origin, "a number in range", range);
}

std::string shortest(double value) {
  char buffer[64];
  const auto [end, error] = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return error == std::errc() ? std::string(buffer, end) : "?";
}

std::string joined(const std::vector<std::string>& words, const std::string& separator) {
  std::string text;
  for (const std::string& word : words) {
    text += (text.empty() ? "" : separator) + word;
  }
  return text;
}

std::string trimmed(const std::string& text) {
  const size_t start = text.find_first_not_of(" \t\r");
  return start == std::string::npos ? "" : text.substr(start, text.find_last_not_of(" \t\r") - start + 1);
}

std::vector<std::string> words_of(const std::string& text) {
  std::vector<std::string> words;
  std::istringstream parts(text);
  for (std::string word; std::getline(parts, word, ',');) {
    words.push_back(trimmed(word));
  }
  return words;
}

size_t index_of(const std::string& text, const std::vector<std::string>& choices, const std::string& origin) {
  const auto found = std::find(choices.begin(), choices.end(), text);
  if (found == choices.end()) {
    throw UsageError(origin + ": unknown value '" + text + "'" + did_you_mean(text, choices) +
                     "; choose one of " + joined(choices, ", "));
  }
  return static_cast<size_t>(found - choices.begin());
}

}  // namespace ganwright
