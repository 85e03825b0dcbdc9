#include "files/checksum.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstring>

namespace ganwright {

uint64_t checksum(std::span<const std::byte> bytes) {
  constexpr uint64_t kPrime = 0x9E3779B97F4A7C15U;
  const auto mix = [](uint64_t state, uint64_t word) { return std::rotl((state ^ word) * kPrime, 29); };
  std::array<uint64_t, 4> lanes{1, 2, 3, 4};
  std::array<uint64_t, 4> words{};
  size_t offset = 0;
  for (; offset + sizeof(words) <= bytes.size(); offset += sizeof(words)) {
    std::memcpy(words.data(), bytes.data() + offset, sizeof(words));
    for (size_t lane = 0; lane < lanes.size(); ++lane) lanes[lane] = mix(lanes[lane], words[lane]);
  }
  words = {};
  if (offset < bytes.size()) std::memcpy(words.data(), bytes.data() + offset, bytes.size() - offset);
  uint64_t sum = bytes.size();
  for (const uint64_t word : words) sum = mix(sum, word);
  for (const uint64_t lane : lanes) sum = mix(sum, lane);
  return mix(sum, sum >> 32);
}

uint64_t xxh3(std::span<const std::byte> bytes) {
  return XXH3_64bits(bytes.data(), bytes.size());
}

}  // namespace ganwright
