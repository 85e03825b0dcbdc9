#pragma once

namespace ganwright {

/// Makes a write beyond the limit on file sizes, or into a pipe without a reader, fail instead of ending the
/// program by SIGXFSZ or SIGPIPE.
void let_writes_fail();

/// Whether stdout is a pipe or socket that nobody reads any more, as that of `ganwright losses | head -1`.
bool reader_has_gone();

/// From now on the first signal that asks a program to end (SIGINT, SIGTERM, SIGHUP of a terminal that goes,
/// SIGQUIT, SIGXCPU, SIGALRM, and SIGUSR1 and SIGUSR2, by which schedulers announce the end) sets the flag of
/// interrupted() and prints a line. A later SIGINT, which is Ctrl-C, ends the process at once with exit code
/// 130; all others are taken for the same request once more, as a scheduler or a dying terminal sends them. A
/// signal that was ignored at the start (nohup) stays so, but for SIGINT and SIGTERM. Interrupted system
/// calls are restarted, so a write under way completes. For commands that look at the flag; without a handler
/// a signal ends the process as usual.
void install_interrupt_handler();

/// True after a signal or request_interrupt(): save, then stop.
bool interrupted() noexcept;

/// Sets the flag as the first signal does, but prints nothing.
void request_interrupt() noexcept;

/// Clears the flag; the next signal counts as the first again.
void clear_interrupt() noexcept;

}  // namespace ganwright
