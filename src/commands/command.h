#pragma once

#include <functional>
#include <string>
#include <type_traits>
#include <vector>

#include "cli/help.h"

namespace ganwright {

/// What a command takes and does.
struct CommandBody {
  HelpText help;  ///< what stands around its options in the help
  /// Its options with their defaults.
  std::function<std::vector<OptionText>()> options;
  /// Runs it on what follows its name, or shows its help; returns the exit code.
  std::function<int(const Arguments& arguments)> run;
};

/// A command whose options are the members of `Options`. `table_of` binds a table to them. `run` gets them
/// once the command line is read; one that reads more, such as a configuration, gets the table and the
/// arguments as well.
template <class Options, class Run>
CommandBody command_body(const HelpText& help, OptionTable (*table_of)(Options& options), Run run) {
  const auto options_of = [table_of] {
    Options options;
    return table_of(options).texts();
  };
  const auto run_on = [help, table_of, run](const Arguments& arguments) {
    Options options;
    OptionTable table = table_of(options);
    if (show_help(arguments, help, table.texts())) {
      return 0;
    }
    table.parse_arguments(arguments);
    if constexpr (std::is_invocable_v<Run, const Options&>) {
      return run(options);
    } else {
      return run(options, table, arguments);
    }
  };
  return {help, options_of, run_on};
}

/// A verb of the command line.
struct Command {
  std::string name;
  std::string summary;  ///< half a sentence for the list of commands
  CommandBody body;
  /// Whether it looks at interrupted() and stops in good order; a signal ends the others at once.
  bool stops_when_asked;
};

/// Every command, in the order in which the help lists them.
const std::vector<Command>& command_table();

/// The program's help: its version, its usage and a line for each command.
std::string list_of_commands();

/// The body of the command of each name.
CommandBody losses_command();
CommandBody check_command();
CommandBody show_command();
CommandBody toy_command();
CommandBody import_command();
CommandBody train_command();
CommandBody resume_command();
CommandBody verify_command();
CommandBody sample_command();
CommandBody interpolate_command();
CommandBody view_command();
CommandBody estimate_command();
CommandBody evaluate_command();
CommandBody grow_command();
CommandBody compare_command();
CommandBody report_command();

/// What `ganwright help` does; the table leaves it out.
CommandBody help_command();

}  // namespace ganwright
