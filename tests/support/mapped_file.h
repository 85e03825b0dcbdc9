#pragma once

#include <filesystem>

namespace ganwright::test_support {

/// The file that the memory at `address` is mapped from; empty where it is no mapped file's.
std::filesystem::path mapped_file(const void* address);

}  // namespace ganwright::test_support
