#include "system/interrupt.h"

#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <initializer_list>
#include <string_view>

namespace ganwright {
namespace {

// A handler takes no argument, so this has to be reachable from everywhere.
std::atomic<bool> flag = false;
static_assert(std::atomic<bool>::is_always_lock_free, "a signal handler must not wait for a lock");

// Only what is safe in a signal handler: no allocation, no stream, no log.
void handle_signal(int number) {
  if (flag.exchange(true)) {
    if (number == SIGINT) {
      _exit(130);
    }
    return;
  }
  // The line begins anew because a live progress line may stand there.
  constexpr std::string_view kLine = "\nstopping; press Ctrl-C again to quit at once\n";
  const int saved_errno = errno;
  // Where stderr is closed the flag must do.
  [[maybe_unused]] const ssize_t written = write(STDERR_FILENO, kLine.data(), kLine.size());
  errno = saved_errno;
}

}  // namespace

void let_writes_fail() {
  signal(SIGXFSZ, SIG_IGN);
  signal(SIGPIPE, SIG_IGN);
}

bool reader_has_gone() {
  pollfd output{STDOUT_FILENO, POLLOUT, 0};
  return poll(&output, 1, 0) == 1 && (output.revents & (POLLERR | POLLHUP)) != 0;
}

void install_interrupt_handler() {
  struct sigaction action{};
  action.sa_handler = handle_signal;
  action.sa_flags = SA_RESTART;
  sigemptyset(&action.sa_mask);
  for (const int number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2}) {
    struct sigaction before{};
    const bool is_ignored = sigaction(number, nullptr, &before) == 0 && before.sa_handler == SIG_IGN;
    if (!is_ignored || number == SIGINT || number == SIGTERM) {
      sigaction(number, &action, nullptr);
    }
  }
}

bool interrupted() noexcept {
  return flag;
}

void request_interrupt() noexcept {
  flag = true;
}

void clear_interrupt() noexcept {
  flag = false;
}

}  // namespace ganwright
