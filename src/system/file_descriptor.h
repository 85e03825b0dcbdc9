#pragma once

#include <unistd.h>

#include <utility>

namespace ganwright {

/// Owns a file descriptor and closes it at the end of the scope; -1 means that none is open.
class FileDescriptor {
 public:
  /// Takes over what open() or the like returned.
  explicit FileDescriptor(int number) : number_(number) {}
  FileDescriptor(const FileDescriptor&) = delete;
  FileDescriptor& operator=(const FileDescriptor&) = delete;
  FileDescriptor& operator=(FileDescriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~FileDescriptor() {
    if (number_ >= 0) {
      ::close(number_);
    }
  }

  /// The descriptor itself, for system calls.
  [[nodiscard]] int number() const { return number_; }

  /// Closes it now and returns what close() returns: network file systems report write errors only then.
  [[nodiscard]] int close() { return ::close(std::exchange(number_, -1)); }

 private:
  int number_;
};

}  // namespace ganwright
