#pragma once

#include <string>
#include <vector>

#include "cli/help.h"

namespace ganwright {

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

}  // namespace ganwright
