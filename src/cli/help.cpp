#include "cli/help.h"

#include <algorithm>
#include <iostream>

namespace ganwright {

std::string option_lines(const std::vector<OptionText>& options) {
  constexpr size_t kColumn = 30;
  std::string text;
  std::string section;
  for (const OptionText& option : options) {
    if (!option.is_positional && option.section != section) {
      section = option.section;
      text += "\n" + section + ":\n";
    }
    const std::string left = (option.is_positional ? "" : "--") + option.name +
                             (option.argument.empty() ? "" : " " + option.argument);
    text += "  " + left + std::string(left.size() < kColumn ? kColumn - left.size() : 1, ' ') + option.help +
            (option.default_text.empty() ? "" : " [" + option.default_text + "]") + "\n";
  }
  return text;
}

bool show_help(const Arguments& arguments, const HelpText& text, const std::vector<OptionText>& options) {
  const bool wanted = std::any_of(arguments.begin(), arguments.end(),
                                  [](const std::string& word) { return word == "--help" || word == "-h"; });
  if (wanted) {
    std::cout << "Usage: " << text.usage << "\n\n"
              << text.summary << "\n\n"
              << option_lines(options) << "\nExamples:\n"
              << text.examples;
  }
  return wanted;
}

}  // namespace ganwright
