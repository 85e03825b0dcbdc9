#include <iostream>

#include "cli/completion.h"
#include "cli/man_page.h"
#include "commands/command.h"
#include "errors.h"

namespace ganwright {
namespace {

const HelpText kHelpHelp{"ganwright help [--man | --bash | --zsh]",
                         "Lists the commands, or prints the manual page or a shell completion script.",
                         "  ganwright help\n"
                         "  ganwright help --man >ganwright.1\n"
                         "  source <(ganwright help --bash)\n"};

struct HelpOptions {
  bool man = false;
  bool bash = false;
  bool zsh = false;
};

OptionTable help_table(HelpOptions& options) {
  OptionTable table;
  table.add_flag("man", options.man, "print the manual page, in roff");
  table.add_flag("bash", options.bash, "print the completion for bash");
  table.add_flag("zsh", options.zsh, "print the completion for zsh");
  return table;
}

std::vector<CommandText> command_texts() {
  std::vector<CommandText> texts;
  for (const Command& command : command_table()) {
    texts.push_back({command.name, command.summary, command.body.help, command.body.options()});
  }
  return texts;
}

int run_help(const HelpOptions& options) {
  if (options.man + options.bash + options.zsh > 1) {
    throw UsageError("--man, --bash and --zsh are mutually exclusive; give one of them");
  }
  std::cout << (options.man    ? man_page(command_texts(), GANWRIGHT_VERSION)
                : options.bash ? bash_completion(command_texts())
                : options.zsh  ? zsh_completion(command_texts())
                               : list_of_commands());
  return 0;
}

}  // namespace

std::string list_of_commands() {
  constexpr size_t kColumn = 12;
  std::string text = "ganwright " GANWRIGHT_VERSION
                     ": a workbench for designing GAN losses\n\n"
                     "Usage: ganwright COMMAND [arguments]\n\nCommands:\n";
  for (const Command& command : command_table()) {
    text += "  " + command.name + std::string(kColumn - command.name.size(), ' ') + command.summary + "\n";
  }
  return text + "\nRun `ganwright COMMAND --help` for options and examples.\n";
}

CommandBody help_command() {
  return command_body(kHelpHelp, help_table, run_help);
}

}  // namespace ganwright
