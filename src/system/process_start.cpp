#include "system/process_start.h"

#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cerrno>
#include <initializer_list>

namespace ganwright {

void open_standard_streams() {
  for (const int number : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    if (fcntl(number, F_GETFD) < 0 && errno == EBADF) {
      // The lowest number that is free is this one, since those below are open by now.
      [[maybe_unused]] const int opened = open("/dev/null", number == STDIN_FILENO ? O_WRONLY : O_RDONLY);
    }
  }
}

bool has_enough_stack() {
  constexpr rlim_t kEnough = rlim_t{1} << 20;
  constexpr rlim_t kUsual = rlim_t{8} << 20;
  rlimit limit{};
  if (getrlimit(RLIMIT_STACK, &limit) != 0 || limit.rlim_cur >= kEnough) {
    return true;
  }
  limit.rlim_cur = limit.rlim_max == RLIM_INFINITY || limit.rlim_max > kUsual ? kUsual : limit.rlim_max;
  return setrlimit(RLIMIT_STACK, &limit) == 0 && limit.rlim_cur >= kEnough;
}

}  // namespace ganwright
