#pragma once

#include <filesystem>
#include <string>

namespace ganwright {

/// What went wrong with a file or folder, as "PATH: reason".
inline std::string text_of(const std::filesystem::filesystem_error& fault) {
  const std::string path = fault.path1().string();
  return (path.empty() ? "" : path + ": ") + fault.code().message();
}

}  // namespace ganwright
