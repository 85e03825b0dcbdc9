#pragma once

#include <string>
#include <vector>

#include "commands/options.h"

namespace ganwright {

using Arguments = std::vector<std::string>;

/// A verb of the command line. `run` gets what follows the verb and returns the exit code.
struct Command {
  std::string name;
  std::string summary;
  int (*run)(const Arguments& arguments);
  /// Whether it looks at interrupted() and stops in good order; a signal ends the others at once.
  bool stops_when_asked;
};

/// Every command, in the order in which the help lists them.
const std::vector<Command>& command_table();

int run_losses(const Arguments& arguments);
int run_check(const Arguments& arguments);
int run_show(const Arguments& arguments);
int run_toy(const Arguments& arguments);
int run_import(const Arguments& arguments);
int run_train(const Arguments& arguments);
int run_resume(const Arguments& arguments);
int run_sample(const Arguments& arguments);
int run_evaluate(const Arguments& arguments);
int run_interpolate(const Arguments& arguments);
int run_estimate(const Arguments& arguments);
int run_view(const Arguments& arguments);
int run_grow(const Arguments& arguments);
int run_compare(const Arguments& arguments);
int run_report(const Arguments& arguments);

/// What --help of a command shows around its table of options.
struct HelpText {
  std::string usage;     ///< such as "ganwright sample RUN --out FILE|DIR [options]"
  std::string summary;   ///< a sentence or two
  std::string examples;  ///< whole lines, indented
};

/// Prints the help and returns true where the arguments ask for it by --help or -h.
bool show_help(const Arguments& arguments, const HelpText& text, const OptionTable& options);

}  // namespace ganwright
