#pragma once

namespace ganwright {

/// Makes a write beyond a limit on the size of files, and one to a reader that has gone, fail like any other
/// instead of ending the program.
void let_writes_fail();

/// Makes the first SIGINT or SIGTERM set a flag and print a line that says so; the second ends the process at
/// once with exit code 130. Interrupted system calls are restarted, so a write under way completes. For what
/// looks at the flag; without this a signal ends the process as ever.
void install_interrupt_handler();

/// True once a signal has come (or request_interrupt was called): save, then stop.
bool interrupted() noexcept;

/// Sets the flag as the first signal does, without the line.
void request_interrupt() noexcept;

/// Forgets the signal; the next one counts as the first again.
void clear_interrupt() noexcept;

}  // namespace ganwright
