#pragma once

#include <cstdint>
#include <fstream>
#include <optional>
#include <string>

namespace ganwright::test_support {

/// The bytes that this process has read from files so far, as Linux counts them; nothing where it does not.
inline std::optional<int64_t> bytes_read() {
  std::ifstream stream("/proc/self/io");
  std::string name;
  int64_t value = 0;
  return stream >> name >> value && name == "rchar:" ? std::optional(value) : std::nullopt;
}

}  // namespace ganwright::test_support
