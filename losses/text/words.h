#pragma once

#include <string>
#include <string_view>

namespace ganwright {

/// Whether a character can be part of a name in a formula: a letter, a digit or an underscore.
bool is_word_character(char character);

/// Whether a text is a name that a formula can hold: word characters, the first of them no digit.
bool is_name(std::string_view text);

/// Whether a formula contains a word as a whole name, not as part of a longer one.
bool contains_word(std::string_view formula, std::string_view word);

/// A formula with every such occurrence of a word replaced.
std::string replace_word(std::string_view formula, std::string_view word, std::string_view replacement);

}  // namespace ganwright
