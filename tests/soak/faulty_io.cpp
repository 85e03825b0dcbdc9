// A library to be preloaded: it counts the calls by which a program changes files below a folder, and lets
// one of them, or a row of them, fail or be the last thing that the program did. scripts/soak tells what it
// is told by:
//
//   FAULTY_UNDER=FOLDER    calls on files below it count
//   FAULTY_AT=N            the first call that is hit, from 1; without it none is
//   FAULTY_CALLS=N         how many are hit in a row; default 1
//   FAULTY_ERROR=NUMBER    they fail with this errno; without it the program is killed before the call, after
//   half of
//                          the bytes of a write
//   FAULTY_COUNT=FILE      the number of calls is written there when the program ends
#include <dlfcn.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <string>

namespace {

std::atomic<long> calls = 0;

long number_in(const char* name, long otherwise) {
  const char* const text = std::getenv(name);
  return text == nullptr ? otherwise : std::atol(text);
}

bool is_below(const char* path) {
  static const char* const folder = std::getenv("FAULTY_UNDER");
  return folder != nullptr && std::strncmp(path, folder, std::strlen(folder)) == 0;
}

bool is_below(int descriptor) {
  std::array<char, PATH_MAX> path{};
  std::array<char, 64> link{};
  std::snprintf(link.data(), link.size(), "/proc/self/fd/%d", descriptor);
  return readlink(link.data(), path.data(), path.size() - 1) > 0 && is_below(path.data());
}

// Whether this call fails; does not return where it is the last.
template <class BeforeTheEnd>
bool fails(const BeforeTheEnd& before_the_end) {
  static const long first = number_in("FAULTY_AT", 0);
  static const long last = first + number_in("FAULTY_CALLS", 1);
  static const long error = number_in("FAULTY_ERROR", 0);
  const long call = ++calls;
  if (first == 0 || call < first || call >= last) {
    return false;
  }
  if (error == 0) {
    before_the_end();
    kill(getpid(), SIGKILL);
    pause();
  }
  errno = static_cast<int>(error);
  return true;
}

bool fails() {
  return fails([] {});
}

template <class Function>
Function* next(const char* name) {
  return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

struct Count {
  ~Count() {
    const char* const path = std::getenv("FAULTY_COUNT");
    if (path != nullptr) {
      std::FILE* const file = std::fopen(path, "w");
      if (file != nullptr) {
        std::fprintf(file, "%ld\n", calls.load());
        std::fclose(file);
      }
    }
  }
} count;

bool makes_a_file(int flags) {
  return (flags & (O_CREAT | O_TRUNC)) != 0;
}

}  // namespace

extern "C" {

ssize_t write(int descriptor, const void* bytes, size_t size) {
  static auto* const real = next<ssize_t(int, const void*, size_t)>("write");
  if (is_below(descriptor) && fails([&] { real(descriptor, bytes, size / 2); })) {
    return -1;
  }
  return real(descriptor, bytes, size);
}

int fsync(int descriptor) {
  static auto* const real = next<int(int)>("fsync");
  return is_below(descriptor) && fails() ? -1 : real(descriptor);
}

int syncfs(int descriptor) noexcept {
  static auto* const real = next<int(int)>("syncfs");
  return is_below(descriptor) && fails() ? -1 : real(descriptor);
}

int ftruncate(int descriptor, off_t size) noexcept {
  static auto* const real = next<int(int, off_t)>("ftruncate");
  return is_below(descriptor) && fails() ? -1 : real(descriptor, size);
}

int rename(const char* from, const char* to) noexcept {
  static auto* const real = next<int(const char*, const char*)>("rename");
  return is_below(to) && fails() ? -1 : real(from, to);
}

int unlink(const char* path) noexcept {
  static auto* const real = next<int(const char*)>("unlink");
  return is_below(path) && fails() ? -1 : real(path);
}

int mkdir(const char* path, mode_t mode) noexcept {
  static auto* const real = next<int(const char*, mode_t)>("mkdir");
  return is_below(path) && fails() ? -1 : real(path, mode);
}

int open(const char* path, int flags, ...) {
  static auto* const real = next<int(const char*, int, ...)>("open");
  va_list arguments;
  va_start(arguments, flags);
  const mode_t mode = makes_a_file(flags) ? va_arg(arguments, mode_t) : 0;
  va_end(arguments);
  return makes_a_file(flags) && is_below(path) && fails() ? -1 : real(path, flags, mode);
}

}  // extern "C"
