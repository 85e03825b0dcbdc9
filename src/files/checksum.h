#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace ganwright {

/// A 64-bit checksum in the manner of FNV-1a, of words in four lanes so that it keeps up with the memory.
/// Each step is invertible: a change of one word always shows.
uint64_t checksum(std::span<const std::byte> bytes);

/// XXH3 of 64 bits (https://xxhash.com), for what is new; `checksum` is what older files hold.
uint64_t xxh3(std::span<const std::byte> bytes);

}  // namespace ganwright
