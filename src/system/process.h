#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ganwright {

/// How a program ended and what it printed.
struct ProgramResult {
  int exit_code;       ///< 128 plus its number after a signal
  std::string output;  ///< of stdout
  std::string errors;  ///< of stderr
};

/// Runs a program, found on PATH, with `input` as its stdin, and waits for it. `command` is its name and its
/// arguments. Throws std::system_error where it cannot be started, WriteError where memory runs out.
ProgramResult run_and_capture(std::vector<std::string> command, const std::string& input);

/// A second process of this program. Its stdout and stderr go to a file. It receives SIGINT when this process
/// dies. It ignores terminal signals such as Ctrl-C; call interrupt().
class ChildProcess {
 public:
  /// Starts `ganwright ARGUMENTS` with this number of threads, unless OMP_NUM_THREADS is set. Throws
  /// WriteError where `output` cannot be written or the process cannot be started.
  ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& output,
               int64_t threads);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Interrupts it if it is still running, and waits for it.
  ~ChildProcess();

  /// Its exit code once it has ended, 128 plus the signal's number after a signal; nothing while it runs.
  std::optional<int> exit_code();

  /// Sends SIGINT, the first time only: the child saves its work and stops.
  void interrupt();

 private:
  pid_t process_ = 0;  // 0: it has ended
  int exit_code_ = 0;
  bool is_interrupted_ = false;
};

}  // namespace ganwright
