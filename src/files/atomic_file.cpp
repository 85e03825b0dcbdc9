#include "files/atomic_file.h"

#include <fcntl.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <string>
#include <system_error>

#include "files/partial.h"
#include "files/write_fault.h"
#include "system/file_descriptor.h"

namespace ganwright {
namespace {

/// Removes the partial file at the end of its scope unless it has become the real one.
struct PartialFile {
  std::filesystem::path path;
  bool keep = false;
  ~PartialFile() {
    if (!keep) ::unlink(path.c_str());
  }
};

bool write_whole(int file, std::span<const std::byte> bytes) {
  // Linux writes at most 2 GiB a call.
  constexpr size_t kLargestWrite = size_t{1} << 30;
  while (!bytes.empty()) {
    const ssize_t written = ::write(file, bytes.data(), std::min(bytes.size(), kLargestWrite));
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    bytes = bytes.subspan(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::span<const std::byte>> parts) {
  PartialFile partial{partial_name(path)};
  std::error_code ignored;
  if (std::filesystem::is_directory(path, ignored)) throw write_fault(path, EISDIR);

  FileDescriptor file(::open(partial.path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666));
  if (file.number() < 0) {
    partial.keep = true;
    throw write_fault(path, errno);
  }
  for (const auto& part : parts) {
    if (!write_whole(file.number(), part)) throw write_fault(path, errno);
  }
  if (::fsync(file.number()) != 0 || file.close() != 0) throw write_fault(path, errno);
  if (::rename(partial.path.c_str(), path.c_str()) != 0) throw write_fault(path, errno);
  partial.keep = true;

  // Without this a power cut may forget the rename. Some file systems cannot sync a folder and answer EINVAL.
  const auto parent = path.has_parent_path() ? path.parent_path() : std::filesystem::path(".");
  FileDescriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (folder.number() >= 0 && ::fsync(folder.number()) != 0 && errno != EINVAL)
    throw write_fault(path, errno);
}

void write_text_atomically(const std::filesystem::path& path, std::string_view text) {
  const std::span<const std::byte> bytes = std::as_bytes(std::span(text));
  write_file_atomically(path, {&bytes, 1});
}

}  // namespace ganwright
