#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ganwright {

/// This program, run once more beside itself, with stdout and stderr in a file. It ends with this process, in
/// good order, whatever ends this one, and gets no signal of the terminal: it is told.
class ChildProcess {
 public:
  /// Starts it on so many threads (OMP_NUM_THREADS says otherwise where it is set). Throws WriteError where
  /// `output` cannot be written or no process be made.
  ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& output,
               int64_t threads);
  ChildProcess(const ChildProcess&) = delete;
  ChildProcess& operator=(const ChildProcess&) = delete;
  /// Interrupts it where it still runs, and waits.
  ~ChildProcess();

  /// The exit code once it has ended, 128 and more after a signal.
  std::optional<int> exit_code();

  /// Asks it, once, to save and to stop.
  void interrupt();

 private:
  pid_t process_ = 0;  // 0: it has ended
  int exit_code_ = 0;
  bool is_interrupted_ = false;
};

}  // namespace ganwright
