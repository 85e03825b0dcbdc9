#include "losses/text/words.h"

#include <algorithm>
#include <cctype>

namespace ganwright {
namespace {

// Where a word stands on its own, from a position on; npos where it does not.
size_t find_word(std::string_view formula, std::string_view word, size_t from) {
  for (size_t at = formula.find(word, from); at != std::string_view::npos; at = formula.find(word, at + 1)) {
    const size_t end = at + word.size();
    const bool starts = at == 0 || !is_word_character(formula[at - 1]);
    if (starts && (end == formula.size() || !is_word_character(formula[end]))) {
      return at;
    }
  }
  return std::string_view::npos;
}

}  // namespace

bool is_word_character(char character) {
  return std::isalnum(static_cast<unsigned char>(character)) != 0 || character == '_';
}

bool is_name(std::string_view text) {
  return !text.empty() && std::isdigit(static_cast<unsigned char>(text[0])) == 0 &&
         std::all_of(text.begin(), text.end(), is_word_character);
}

bool contains_word(std::string_view formula, std::string_view word) {
  return find_word(formula, word, 0) != std::string_view::npos;
}

std::string replace_word(std::string_view formula, std::string_view word, std::string_view replacement) {
  std::string result;
  size_t done = 0;
  for (size_t at = find_word(formula, word, 0); at != std::string_view::npos;
       at = find_word(formula, word, done)) {
    result.append(formula.substr(done, at - done)).append(replacement);
    done = at + word.size();
  }
  return result.append(formula.substr(done));
}

}  // namespace ganwright
