#pragma once

#include <stdexcept>

namespace ganwright {

// One type per kind of fault. Each message is one line that says what is wrong, where, and what to do;
// `main` catches them once and turns the type into the exit code named here.

/// A flag, name, value or configuration key that cannot be used (exit code 2).
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A picture folder or data file that cannot be used: empty, missing, mostly unreadable (exit code 2).
struct DataError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A checkpoint or run directory that cannot be used: truncated, foreign, of other shapes (exit code 2).
struct CheckpointError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A place that cannot be written to, found before any work was done (exit code 2).
struct OutputError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A write that failed while the run was going on, such as a full disk (exit code 1).
struct WriteError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// Training that cannot go on: a non-finite loss, a device that is not there (exit code 1).
struct TrainingError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The user asked to stop before the work was done (exit code 130).
struct Interrupted : std::runtime_error {
  using std::runtime_error::runtime_error;
};

}  // namespace ganwright
