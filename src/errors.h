#pragma once

#include <stdexcept>
#include <string>

namespace ganwright {

/// A fault that ends the program: one line that says what is wrong, where, and what to do. One type derives
/// from it per kind of fault; `main` catches them once and exits with the code that the type carries.
struct Error : std::runtime_error {
  Error(const std::string& message, int code) : std::runtime_error(message), exit_code(code) {}
  int exit_code;
};

/// A flag, name, value or configuration key that cannot be used.
struct UsageError : Error {
  explicit UsageError(const std::string& message) : Error(message, 2) {}
};

/// A picture folder or data file that cannot be used: empty, missing, mostly unreadable.
struct DataError : Error {
  explicit DataError(const std::string& message) : Error(message, 2) {}
};

/// A checkpoint or run directory that cannot be used: truncated, foreign, of other shapes.
struct CheckpointError : Error {
  explicit CheckpointError(const std::string& message) : Error(message, 2) {}
};

/// A place that cannot be written to, found before any work was done.
struct OutputError : Error {
  explicit OutputError(const std::string& message) : Error(message, 2) {}
};

/// A write that failed while the run was going on, such as a full disk.
struct WriteError : Error {
  explicit WriteError(const std::string& message) : Error(message, 1) {}
};

/// Training that cannot go on: a loss that is no finite number, a device that is not there.
struct TrainingError : Error {
  explicit TrainingError(const std::string& message) : Error(message, 1) {}
};

/// The user asked to stop before the work was done.
struct Interrupted : Error {
  explicit Interrupted(const std::string& message) : Error(message, 130) {}
};

}  // namespace ganwright
