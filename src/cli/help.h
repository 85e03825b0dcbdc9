#pragma once

#include <string>
#include <vector>

#include "cli/options.h"

namespace ganwright {

/// What follows the verb on the command line.
using Arguments = std::vector<std::string>;

/// What --help of a command shows around its table of options.
struct HelpText {
  std::string usage;     ///< such as "ganwright sample RUN --out FILE|DIR [options]"
  std::string summary;   ///< a sentence or two
  std::string examples;  ///< whole lines, indented
};

/// The options with their ranges and defaults, a line each below their sections' headlines.
std::string option_lines(const std::vector<OptionText>& options);

/// Prints the help and returns true where the arguments ask for it by --help or -h.
bool show_help(const Arguments& arguments, const HelpText& text, const std::vector<OptionText>& options);

}  // namespace ganwright
