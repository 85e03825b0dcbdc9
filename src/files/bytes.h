#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <vector>

#include "errors.h"

namespace ganwright {

/// A fault that may be gone at the next try, though the file stays as it is: an error of the disk, too many
/// open files, too little memory.
struct PassingFault : DataError {
  using DataError::DataError;
};

/// A view of bytes that another object owns.
using Bytes = std::span<const uint8_t>;

/// The `length` bytes at `offset`. Throws DataError ("ends too early") when they are not all there.
Bytes slice(Bytes bytes, uint64_t offset, uint64_t length);

/// An unsigned number of `width` (1 to 4) bytes at `offset`, most or least significant byte first.
/// Throws DataError when it is not all there.
uint32_t big_endian(Bytes bytes, uint64_t offset, int width);
uint32_t little_endian(Bytes bytes, uint64_t offset, int width);

/// The whole content of a regular file. Throws DataError with the bare reason (the caller names the file): it
/// is missing, no regular file, or larger than `largest` bytes. PassingFault where it is there and yet cannot
/// be read.
std::vector<uint8_t> read_file(const std::filesystem::path& path, uint64_t largest);

}  // namespace ganwright
