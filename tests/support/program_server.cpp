#include "tests/support/program_server.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <spdlog/spdlog.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <iostream>
#include <sstream>
#include <stdexcept>

#include "commands/run_command_line.h"
#include "tests/support/end_at_once.h"

namespace ganwright::test_support {
namespace {

void redirect(const std::string& file, int flags, int descriptor) {
  const int opened = open(file.c_str(), flags, 0666);
  dup2(opened, descriptor);
  close(opened);
}

[[noreturn]] void run_here(const std::string& output, const std::string& errors, const Arguments& words) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  constexpr int kWrite = O_WRONLY | O_CREAT | O_TRUNC;
  redirect("/dev/null", O_RDONLY, STDIN_FILENO);
  redirect(output, kWrite, STDOUT_FILENO);
  redirect(errors, kWrite, STDERR_FILENO);
  const int exit_code = run_command_line(words);
  std::cout.flush();
  spdlog::shutdown();
  end_at_once(exit_code);
}

// Forks a process for each message and answers with how it ended, until the tests end.
[[noreturn]] void serve(int socket) {
  prctl(PR_SET_PDEATHSIG, SIGKILL);
  std::vector<char> buffer(1 << 20);
  for (ssize_t count = 0; (count = recv(socket, buffer.data(), buffer.size(), 0)) > 0;) {
    std::istringstream message(std::string(buffer.data(), static_cast<size_t>(count)));
    std::vector<std::string> words;
    for (std::string word; std::getline(message, word, '\0');) {
      words.push_back(word);
    }
    const pid_t child = fork();
    if (child == 0) {
      run_here(words[0], words[1], {words.begin() + 2, words.end()});
    }
    int status = 0;
    waitpid(child, &status, 0);
    send(socket, &status, sizeof status, 0);
  }
  _exit(0);
}

// Forked before the first test, since a process that has started threads cannot be forked and go on
// computing.
class ProgramServer : public testing::Environment {
 public:
  void SetUp() override {
    // A command that starts the program again starts this one, which must not run the tests again.
    if (std::string(program_invocation_short_name) == "ganwright") {
      _exit(127);
    }
    std::array<int, 2> ends{};
    if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends.data()) != 0) {
      throw std::runtime_error("no pair of sockets");
    }
    std::fflush(nullptr);
    server_ = fork();
    if (server_ == 0) {
      close(ends[0]);
      serve(ends[1]);
    }
    close(ends[1]);
    socket_ = ends[0];
  }

  void TearDown() override {
    close(socket_);
    waitpid(server_, nullptr, 0);
  }

  [[nodiscard]] int ask(const std::string& message) const {
    int status = 0;
    if (send(socket_, message.data(), message.size(), MSG_NOSIGNAL) < 0 ||
        recv(socket_, &status, sizeof status, 0) != sizeof status) {
      throw std::runtime_error("the process that starts the program for the tests is gone");
    }
    return status;
  }

 private:
  pid_t server_ = 0;
  int socket_ = -1;
};

// GoogleTest owns and deletes it.
ProgramServer* const server = new ProgramServer;
const testing::Environment* const registered = testing::AddGlobalTestEnvironment(server);

}  // namespace

int run_forked(const std::vector<std::string>& words, const std::filesystem::path& output,
               const std::filesystem::path& errors) {
  std::string message = output.string() + '\0' + errors.string() + '\0';
  for (const std::string& word : words) {
    message += word + '\0';
  }
  return server->ask(message);
}

}  // namespace ganwright::test_support
