#include "commands/run_command_line.h"

#include <spdlog/spdlog.h>

#include <csignal>
#include <exception>
#include <filesystem>
#include <iostream>
#include <new>
#include <string>
#include <vector>

#include "cli/log.h"
#include "cli/loss_error_message.h"
#include "commands/command.h"
#include "errors.h"
#include "losses/loss_error.h"
#include "losses/text/nearest_name.h"
#include "models/host_memory.h"
#include "models/model_error.h"
#include "system/file_fault.h"
#include "system/interrupt.h"
#include "system/process_start.h"

namespace ganwright {
namespace {

int run_command(const std::string& name, const Arguments& arguments) {
  std::vector<std::string> names;
  for (const auto& command : command_table()) {
    if (command.name == name) {
      if (command.stops_when_asked) {
        install_interrupt_handler();
      }
      return command.body.run(arguments);
    }
    names.push_back(command.name);
  }
  throw UsageError("unknown command '" + name + "'" + did_you_mean(name, names) +
                   "; `ganwright --help` lists them");
}

int dispatch(const Arguments& arguments) {
  if (arguments.empty() || arguments[0] == "--help" || arguments[0] == "-h") {
    std::cout << list_of_commands();
    return arguments.empty() ? 2 : 0;
  }
  if (arguments[0] == "--version") {
    std::cout << "ganwright " GANWRIGHT_VERSION "\n";
    return 0;
  }
  const Arguments rest(arguments.begin() + 1, arguments.end());
  return arguments[0] == "help" ? help_command().run(rest) : run_command(arguments[0], rest);
}

int exit_code_of(const std::exception& error) {
  if (const auto* own = dynamic_cast<const Error*>(&error)) {
    return own->exit_code;
  }
  // Those of the libraries that know no exit codes are about what they were given.
  const bool is_input = dynamic_cast<const LossError*>(&error) != nullptr ||
                        dynamic_cast<const ModelError*>(&error) != nullptr ||
                        dynamic_cast<const std::filesystem::filesystem_error*>(&error) != nullptr;
  return is_input ? 2 : 1;
}

// Errors of LibTorch carry a trace of several lines below the one that matters.
std::string one_line(const std::exception& error) {
  const auto* refused_loss = dynamic_cast<const LossError*>(&error);
  const std::string text = refused_loss != nullptr ? message_with_flag(*refused_loss) : error.what();
  const bool is_memory = dynamic_cast<const std::bad_alloc*>(&error) != nullptr ||
                         text.find("allocate memory") != std::string::npos ||
                         text.find("out of memory") != std::string::npos;
  if (const auto* fault = dynamic_cast<const std::filesystem::filesystem_error*>(&error)) {
    return text_of(*fault) + "; choose another path";
  }
  // Names in our own messages may hold what looks like a line.
  const bool is_own = dynamic_cast<const Error*>(&error) != nullptr;
  const std::string line = is_own ? text : text.substr(0, text.find('\n'));
  return is_memory ? "out of memory; choose a smaller --batch-size, --size, --width or --depth (" + line + ")"
                   : line;
}

}  // namespace

int run_command_line(const Arguments& arguments) {
  open_standard_streams();
  const bool enough_stack = has_enough_stack();
  keep_freed_memory();
  start_log();
  let_writes_fail();
  try {
    if (!enough_stack) {
      throw UsageError("the limit on the stack is below 1 MiB; raise it: ulimit -s 8192");
    }
    const int exit_code = dispatch(arguments);
    if (!std::cout.flush()) {
      if (reader_has_gone()) {
        return 128 + SIGPIPE;  // as a shell tells of programs that the signal ended
      }
      throw WriteError("cannot write the results to stdout; redirect it elsewhere");
    }
    return exit_code;
  } catch (const std::exception& error) {
    spdlog::error("{}", one_line(error));
    return exit_code_of(error);
  }
}

}  // namespace ganwright
