#include "system/process.h"

#include <fcntl.h>
#include <spawn.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <system_error>

#include "errors.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

int code_of(int status) {
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int wait_for(pid_t process) {
  int status = 0;
  while (waitpid(process, &status, 0) < 0 && errno == EINTR) {
  }
  return code_of(status);
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

// A file in memory in place of a pipe, which may fill up while another one is waited for.
class MemoryFile {
 public:
  explicit MemoryFile(const std::string& program)
      : program_(program), file_(memfd_create(program.c_str(), MFD_CLOEXEC)) {
    if (file_.number() < 0) {
      fail();
    }
  }

  [[nodiscard]] int number() const { return file_.number(); }

  void fill(std::string_view text) const {
    while (!text.empty()) {
      const ssize_t written = write(number(), text.data(), text.size());
      if (written < 0) {
        fail();
      }
      text.remove_prefix(static_cast<size_t>(written));
    }
    lseek(number(), 0, SEEK_SET);
  }

  [[nodiscard]] std::string content() const {
    lseek(number(), 0, SEEK_SET);
    std::string content;
    std::array<char, 65536> part;
    for (ssize_t count = 0; (count = read(number(), part.data(), part.size())) > 0;) {
      content.append(part.data(), static_cast<size_t>(count));
    }
    return content;
  }

 private:
  [[noreturn]] void fail() const {
    throw WriteError("no memory for " + program_ + ": " + std::strerror(errno) + "; free some memory");
  }

  std::string program_;
  FileDescriptor file_;
};

}  // namespace

ProgramResult run_and_capture(std::vector<std::string> command, const std::string& input) {
  const MemoryFile in(command.front());
  const MemoryFile out(command.front());
  const MemoryFile errors(command.front());
  in.fill(input);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in.number(), STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&actions, out.number(), STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.number(), STDERR_FILENO);
  pid_t process = 0;
  const int error =
      posix_spawnp(&process, command[0].c_str(), &actions, nullptr, pointers_to(command).data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  if (error != 0) {
    throw std::system_error(error, std::generic_category(), command[0]);
  }
  const int exit_code = wait_for(process);
  return {exit_code, out.content(), errors.content()};
}

ChildProcess::ChildProcess(const std::vector<std::string>& arguments, const std::filesystem::path& output,
                           int64_t threads) {
  std::vector<std::string> words{"ganwright"};
  words.insert(words.end(), arguments.begin(), arguments.end());
  std::vector<std::string> variables = environment_with_threads(threads);
  const std::vector<char*> argument_pointers = pointers_to(words);
  const std::vector<char*> variable_pointers = pointers_to(variables);
  const FileDescriptor file(
      open(output.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC, 0666));
  if (file.number() < 0) {
    throw WriteError("cannot write " + output.string() + ": " + std::strerror(errno) +
                     "; fix that and repeat the command");
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
  if (process_ != 0) {
    wait_for(process_);
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
