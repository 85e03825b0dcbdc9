#include <spdlog/spdlog.h>

#include <algorithm>
#include <exception>
#include <iostream>

#include "commands/command.h"
#include "commands/log.h"
#include "errors.h"
#include "losses/nearest_name.h"
#include "training/interrupt.h"

namespace {

using ganwright::Arguments;

void print_help() {
  std::cout << "ganwright " GANWRIGHT_VERSION
               ": a workbench for designing GAN losses\n\n"
               "Usage: ganwright COMMAND [arguments]\n\nCommands:\n";
  for (const auto& command : ganwright::command_table()) {
    std::cout << "  " << command.name << std::string(12 - command.name.size(), ' ') << command.summary
              << "\n";
  }
  std::cout << "\n`ganwright COMMAND --help` tells the options of each, with examples.\n";
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h" || arguments[0] == "help") {
    print_help();
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") {
    std::cout << "ganwright " GANWRIGHT_VERSION "\n";
    return 0;
  }
  std::vector<std::string> names;
  for (const auto& command : ganwright::command_table()) {
    if (command.name == arguments[0]) {
      return command.run({arguments.begin() + 1, arguments.end()});
    }
    names.push_back(command.name);
  }
  throw ganwright::UsageError("unknown command '" + arguments[0] + "'" +
                              ganwright::did_you_mean(arguments[0], names) +
                              "; `ganwright --help` lists them");
}

// LossError and ModelError, of libraries that know no exit codes, are invalid arguments.
int exit_code_of(const std::exception& error) {
  using namespace ganwright;
  if (dynamic_cast<const Interrupted*>(&error) != nullptr) {
    return 130;
  }
  const bool is_input = dynamic_cast<const UsageError*>(&error) != nullptr ||
                        dynamic_cast<const DataError*>(&error) != nullptr ||
                        dynamic_cast<const CheckpointError*>(&error) != nullptr ||
                        dynamic_cast<const OutputError*>(&error) != nullptr ||
                        dynamic_cast<const std::invalid_argument*>(&error) != nullptr;
  return is_input ? 2 : 1;
}

// Errors of LibTorch carry a trace of several lines below the one that matters.
std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

}  // namespace

int main(int count, char** values) {
  ganwright::start_log();
  ganwright::install_interrupt_handler();
  try {
    return dispatch(Arguments(values + 1, values + count));
  } catch (const std::exception& error) {
    spdlog::error("{}", first_line(error.what()));
    return exit_code_of(error);
  }
}
