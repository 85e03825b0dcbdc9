#include "cli/terminal.h"

#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdlib>
#include <functional>
#include <string>

namespace ganwright {
namespace {

// The variables that tell what a terminal takes; null: not set.
struct Variables {
  const char* term;
  const char* no_color;
};

void set(const char* name, const char* value) {
  value == nullptr ? unsetenv(name) : setenv(name, value, 1);
}

struct Ended {
  int exit_code;
  std::string said;
};

// Runs `action` in a process at a pseudo terminal.
Ended at_terminal(const Variables& variables, const std::function<int()>& action) {
  int terminal = -1;
  const pid_t child = forkpty(&terminal, nullptr, nullptr, nullptr);
  if (child == 0) {
    set("TERM", variables.term);
    set("NO_COLOR", variables.no_color);
    _exit(action());
  }
  Ended ended{};
  std::array<char, 4096> part;
  for (ssize_t count = 0; (count = read(terminal, part.data(), part.size())) > 0;) {
    ended.said.append(part.data(), static_cast<size_t>(count));
  }
  int status = 0;
  waitpid(child, &status, 0);
  close(terminal);
  ended.exit_code = WEXITSTATUS(status);
  return ended;
}

bool takes_them(const Variables& variables) {
  return at_terminal(variables, [] { return takes_escape_codes() ? 1 : 0; }).exit_code == 1;
}

std::string mistake_at(const Variables& variables) {
  return at_terminal(variables,
                     [] {
                       execl(GANWRIGHT_BINARY, "ganwright", "no-such-command", nullptr);
                       return 127;
                     })
      .said;
}

TEST(Terminal, TakesEscapeCodesUnlessItOrTheUserSaysNo) {
  EXPECT_TRUE(takes_them({"xterm", nullptr}));
  EXPECT_TRUE(takes_them({"xterm", ""}));
  EXPECT_FALSE(takes_them({"xterm", "1"}));
  EXPECT_FALSE(takes_them({"dumb", nullptr}));
  EXPECT_FALSE(takes_them({"", nullptr}));
  EXPECT_FALSE(takes_them({nullptr, nullptr}));
}

TEST(Terminal, GetsPlainLinesFromTheLogWhereItTakesNoEscapeCodes) {
  EXPECT_TRUE(mistake_at({"xterm", nullptr}).starts_with("\r\033[Kunknown command 'no-such-command'"))
      << mistake_at({"xterm", nullptr});
  for (const Variables& variables : {Variables{"dumb", nullptr}, Variables{"xterm", "1"}}) {
    EXPECT_TRUE(mistake_at(variables).starts_with("unknown command 'no-such-command'"))
        << mistake_at(variables);
  }
}

}  // namespace
}  // namespace ganwright
