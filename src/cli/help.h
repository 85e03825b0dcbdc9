#pragma once

#include <string>
#include <vector>

#include "cli/option_table.h"

namespace ganwright {

/// The words of the command line after the command's name.
using Arguments = std::vector<std::string>;

/// The help of a command without its options.
struct HelpText {
  std::string usage;     ///< such as "ganwright sample RUN --out FILE|DIR [options]"
  std::string summary;   ///< a sentence or two
  std::string examples;  ///< whole lines, indented
};

/// What there is to tell of a command.
struct CommandText {
  std::string name;
  std::string summary;  ///< half a sentence for the list of commands
  HelpText help;
  std::vector<OptionText> options;
};

/// The options with their ranges and defaults, a line each below their sections' headlines.
std::string option_lines(const std::vector<OptionText>& options);

/// Prints the help and returns true where the arguments ask for it by --help or -h.
bool show_help(const Arguments& arguments, const HelpText& text, const std::vector<OptionText>& options);

}  // namespace ganwright
