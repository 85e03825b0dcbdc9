#include "files/bytes.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <system_error>

#include "system/file_descriptor.h"

namespace ganwright {
namespace {

[[noreturn]] void fail_with_errno() {
  const int code = errno;
  const std::string reason = std::generic_category().message(code);
  if (code == ENOENT || code == ENOTDIR || code == ELOOP) throw DataError(reason);
  throw PassingFault(reason);
}

}  // namespace

Bytes slice(Bytes bytes, uint64_t offset, uint64_t length) {
  if (offset > bytes.size() || length > bytes.size() - offset) throw DataError("ends too early");
  return bytes.subspan(offset, length);
}

uint32_t big_endian(Bytes bytes, uint64_t offset, int width) {
  uint32_t number = 0;
  for (const uint8_t byte : slice(bytes, offset, static_cast<uint64_t>(width))) number = number << 8 | byte;
  return number;
}

uint32_t little_endian(Bytes bytes, uint64_t offset, int width) {
  uint32_t number = 0;
  int shift = 0;
  for (const uint8_t byte : slice(bytes, offset, static_cast<uint64_t>(width))) {
    number |= static_cast<uint32_t>(byte) << shift;
    shift += 8;
  }
  return number;
}

std::vector<uint8_t> read_file(const std::filesystem::path& path, uint64_t largest) {
  // Opening a named pipe would wait for its writer without O_NONBLOCK.
  const FileDescriptor file(::open(path.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC));
  struct stat status{};
  if (file.number() < 0 || ::fstat(file.number(), &status) != 0) fail_with_errno();
  if (S_ISDIR(status.st_mode)) throw DataError("is a folder");
  if (!S_ISREG(status.st_mode)) throw DataError("is not a regular file");
  const auto size = static_cast<uint64_t>(status.st_size);
  if (size > largest) throw DataError("is larger than " + std::to_string(largest >> 20) + " MiB");

  std::vector<uint8_t> bytes(size);
  uint64_t done = 0;
  while (done < size) {
    const ssize_t got = ::read(file.number(), bytes.data() + done, size - done);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) fail_with_errno();
    if (got == 0) throw PassingFault("became shorter while it was read");
    done += static_cast<uint64_t>(got);
  }
  return bytes;
}

}  // namespace ganwright
