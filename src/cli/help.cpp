#include "cli/help.h"

#include <algorithm>
#include <iostream>

namespace ganwright {

bool show_help(const Arguments& arguments, const HelpText& text, const OptionTable& options) {
  const bool wanted = std::any_of(arguments.begin(), arguments.end(),
                                  [](const std::string& word) { return word == "--help" || word == "-h"; });
  if (wanted) {
    std::cout << "Usage: " << text.usage << "\n\n"
              << text.summary << "\n\n"
              << options.help() << "\nExamples:\n"
              << text.examples;
  }
  return wanted;
}

}  // namespace ganwright
