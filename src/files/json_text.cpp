#include "files/json_text.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "system/file_descriptor.h"

namespace ganwright {
namespace {

constexpr int kDeepest = 16;

bool is_nested_too_deep(std::string_view text) {
  int depth = 0;
  bool is_in_string = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (is_in_string) {
      i += c == '\\' ? 1 : 0;
      is_in_string = c != '"';
    } else if (c == '"') {
      is_in_string = true;
    } else if (c == '{' || c == '[') {
      if (++depth > kDeepest) {
        return true;
      }
    } else if (c == '}' || c == ']') {
      --depth;
    }
  }
  return false;
}

}  // namespace

nlohmann::ordered_json parse_json_object(std::string_view text) {
  if (text.size() > kLongestJsonLine || is_nested_too_deep(text)) {
    return nullptr;
  }
  nlohmann::ordered_json value = nlohmann::ordered_json::parse(text, nullptr, /*allow_exceptions=*/false);
  return value.is_object() ? value : nlohmann::ordered_json(nullptr);
}

bool for_each_line(const std::filesystem::path& path,
                   const std::function<void(const std::string& line, size_t bytes)>& take, size_t from) {
  // Opening a named pipe would wait for its writer without O_NONBLOCK.
  const FileDescriptor file(open(path.c_str(), O_RDONLY | O_NONBLOCK | O_NOFOLLOW | O_CLOEXEC));
  if (file.number() < 0) {
    return errno == ENOENT;
  }
  struct stat status{};
  if (fstat(file.number(), &status) != 0 || !S_ISREG(status.st_mode)) {
    return false;
  }
  std::array<char, 65536> block;
  std::string line;
  size_t bytes = 0;
  for (auto at = static_cast<off_t>(from);;) {
    const ssize_t count = pread(file.number(), block.data(), block.size(), at);
    if (count < 0 && errno == EINTR) {
      continue;
    }
    if (count <= 0) {
      return count == 0;
    }
    at += count;
    const char* const end = block.data() + count;
    for (const char* start = block.data(); start != end;) {
      const char* const newline = std::find(start, end, '\n');
      const auto length = static_cast<size_t>(newline - start);
      bytes += length;
      line.append(start, std::min(length, kLongestJsonLine + 1 - line.size()));
      start = newline;
      if (newline != end) {
        take(line, bytes + 1);
        line.clear();
        bytes = 0;
        ++start;
      }
    }
  }
}

}  // namespace ganwright
