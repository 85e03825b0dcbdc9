#include "files/append.h"

#include <unistd.h>

#include <algorithm>
#include <cerrno>

#include "files/write_fault.h"

namespace ganwright {

void append_whole(int descriptor, const std::filesystem::path& path, std::string_view bytes) {
  const off_t before = lseek(descriptor, 0, SEEK_END);
  size_t written = 0;
  // One call unless the disk is nearly full; the next call then tells why.
  while (written < bytes.size()) {
    const ssize_t count = write(descriptor, bytes.data() + written, bytes.size() - written);
    if (count < 0 && errno != EINTR) {
      const int code = errno;
      // Where this fails too, the next reader finds a torn end.
      [[maybe_unused]] const int cut = ftruncate(descriptor, before);
      throw write_fault(path, code);
    }
    written += static_cast<size_t>(std::max<ssize_t>(count, 0));
  }
}

}  // namespace ganwright
