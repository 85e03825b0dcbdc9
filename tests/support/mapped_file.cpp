#include "tests/support/mapped_file.h"

#include <cstdint>
#include <fstream>
#include <sstream>
#include <string>

namespace ganwright::test_support {

std::filesystem::path mapped_file(const void* address) {
  const auto wanted = reinterpret_cast<uintptr_t>(address);
  std::ifstream maps("/proc/self/maps");
  for (std::string line; std::getline(maps, line);) {
    std::istringstream fields(line);
    uintptr_t begin = 0;
    uintptr_t end = 0;
    char dash = 0;
    std::string access, offset, device, inode, path;
    fields >> std::hex >> begin >> dash >> end >> access >> offset >> device >> inode >> path;
    if (begin <= wanted && wanted < end) return path.starts_with('/') ? path : "";
  }
  return {};
}

}  // namespace ganwright::test_support
