#pragma once

#include <stdexcept>
#include <string>

namespace ganwright {

/// A fault that ends the program. The message is one line: what is wrong, where, and what to do. Each kind of
/// fault has its own derived type; `run_command_line` catches them all and exits with the code of the type.
struct Error : std::runtime_error {
  /// A fault with its message and the exit code of the program.
  Error(const std::string& message, int code) : std::runtime_error(message), exit_code(code) {}
  int exit_code;  ///< 1: the run failed, 2: wrong usage or input, 130: interrupted
};

/// A flag, name, value or configuration key that cannot be used.
struct UsageError : Error {
  /// The message as in Error.
  explicit UsageError(const std::string& message) : Error(message, 2) {}
};

/// A picture folder or data file that cannot be used: empty, missing, mostly unreadable.
struct DataError : Error {
  /// The message as in Error.
  explicit DataError(const std::string& message) : Error(message, 2) {}
};

/// A checkpoint or run directory that cannot be used: truncated, foreign, of other shapes.
struct CheckpointError : Error {
  /// The message as in Error.
  explicit CheckpointError(const std::string& message) : Error(message, 2) {}
};

/// An output path that cannot be used, found before any work was done.
struct OutputError : Error {
  /// The message as in Error.
  explicit OutputError(const std::string& message) : Error(message, 2) {}
};

/// A write that failed during the run, for example on a full disk.
struct WriteError : Error {
  /// The message as in Error.
  explicit WriteError(const std::string& message) : Error(message, 1) {}
};

/// Training that cannot continue: a loss that is not finite, a missing device.
struct TrainingError : Error {
  /// The message as in Error.
  explicit TrainingError(const std::string& message) : Error(message, 1) {}
};

/// The user stopped the work before it was done.
struct Interrupted : Error {
  /// The message as in Error.
  explicit Interrupted(const std::string& message) : Error(message, 130) {}
};

}  // namespace ganwright
