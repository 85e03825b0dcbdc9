#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ganwright {

/// The values of an enum by the names that people type: the one table of a choice.
template <class Value, size_t count>
using Choices = std::array<std::pair<std::string_view, Value>, count>;

/// All names, in the order of the table.
template <class Value, size_t count>
std::vector<std::string> names_of(const Choices<Value, count>& choices) {
  std::vector<std::string> names;
  for (const auto& choice : choices) {
    names.emplace_back(choice.first);
  }
  return names;
}

/// The name of a value. Throws std::logic_error for one that the table lacks.
template <class Value, size_t count>
std::string name_of(const Choices<Value, count>& choices, const Value& value) {
  const auto* const found = std::find_if(choices.begin(), choices.end(),
                                         [&](const auto& choice) { return choice.second == value; });
  if (found == choices.end()) {
    throw std::logic_error("a table of names lacks a value, beside " + std::string(choices.front().first));
  }
  return std::string(found->first);
}

/// The value of a name; nothing for an unknown one.
template <class Value, size_t count>
std::optional<Value> value_of(const Choices<Value, count>& choices, std::string_view name) {
  const auto* const found =
      std::find_if(choices.begin(), choices.end(), [&](const auto& choice) { return choice.first == name; });
  return found == choices.end() ? std::nullopt : std::optional(found->second);
}

}  // namespace ganwright
