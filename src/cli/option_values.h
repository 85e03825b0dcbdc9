#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace ganwright {

/// A whole number from `lowest` to `highest`. Throws UsageError, which begins with `origin` and says to give
/// `range`.
int64_t read_integer(const std::string& text, int64_t lowest, int64_t highest, const std::string& origin,
                     const std::string& range);

/// A number from `lowest` to `highest`; else as read_integer.
double read_number(const std::string& text, double lowest, double highest, const std::string& origin,
                   const std::string& range);

/// The shortest text that reads back as the same number.
std::string shortest(double value);

/// The words with the separator between them.
std::string joined(const std::vector<std::string>& words, const std::string& separator);

/// The text without blanks at its ends.
std::string trimmed(const std::string& text);

/// What stands between the commas, trimmed.
std::vector<std::string> words_of(const std::string& text);

/// The index of `text` among the choices. Throws UsageError, with the nearest one.
size_t index_of(const std::string& text, const std::vector<std::string>& choices, const std::string& origin);

}  // namespace ganwright
