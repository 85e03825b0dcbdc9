#pragma once

#include "cli/help.h"

namespace ganwright {

/// All that the program `ganwright` does with its arguments: runs the command, logs a fault as one line and
/// returns the exit code. For a process of its own: it changes how signals and memory are handled.
int run_command_line(const Arguments& arguments);

}  // namespace ganwright
