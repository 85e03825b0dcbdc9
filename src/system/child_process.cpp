#include "system/child_process.h"

#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "errors.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::vector<char*> pointers_to(std::vector<std::string>& words) {
  std::vector<char*> pointers;
  for (std::string& word : words) {
    pointers.push_back(word.data());
  }
  pointers.push_back(nullptr);
  return pointers;
}

std::vector<std::string> environment_with_threads(int64_t threads) {
  std::vector<std::string> words;
  for (char** variable = environ; *variable != nullptr; ++variable) {
    words.emplace_back(*variable);
  }
  if (std::getenv("OMP_NUM_THREADS") == nullptr) {
    words.push_back("OMP_NUM_THREADS=" + std::to_string(threads));
  }
  return words;
}

}  // namespace

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& output,
                           int64_t threads) {
  std::vector<std::string> words{"ganwright"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_with_threads(threads);
  const std::vector<char*> argument_pointers = pointers_to(words);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  const FileDescriptor file(open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666));
  if (file.number() < 0) {
    throw WriteError("cannot write " + output.string() + ": " + std::strerror(errno) +
                     "; mend that and give the same command again");
  }
  const pid_t parent = getpid();
  process_ = fork();
  if (process_ < 0) {
    throw WriteError("cannot start a process: " + std::string(std::strerror(errno)) + "; give fewer --jobs");
  }
  if (process_ == 0) {
    // Nothing here may allocate: other threads of the parent may have held a lock.
    setpgid(0, 0);
    prctl(PR_SET_PDEATHSIG, SIGINT);
    if (getppid() == parent && dup2(file.number(), STDOUT_FILENO) >= 0 &&
        dup2(file.number(), STDERR_FILENO) >= 0) {
      execve("/proc/self/exe", argument_pointers.data(), variable_pointers.data());
    }
    _exit(127);
  }
}

ChildProcess::~ChildProcess() {
  interrupt();
  int status = 0;
  while (process_ != 0 && waitpid(process_, &status, 0) < 0 && errno == EINTR) {
  }
}

std::optional<int> ChildProcess::exit_code() {
  int status = 0;
  if (process_ != 0 && waitpid(process_, &status, WNOHANG) == process_) {
    process_ = 0;
    exit_code_ = code_of(status);
  }
  return process_ == 0 ? std::optional(exit_code_) : std::nullopt;
}

void ChildProcess::interrupt() {
  if (process_ != 0 && !is_interrupted_) {
    kill(process_, SIGINT);
    is_interrupted_ = true;
  }
}

}  // namespace ganwright
