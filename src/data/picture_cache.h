#pragma once

#include <torch/types.h>

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace ganwright {

/// The listed pictures of a folder after decoding.
struct DecodedPictures {
  torch::Tensor pixels;  ///< uint8 [kept, channels, size, size] on the CPU
  /// For each listed picture why it was left out; empty if it is in `pixels`.
  std::vector<std::string> faults;
};

/// XXH3 of each block of 4 MiB of the pixels, the last one shorter.
std::vector<uint64_t> block_hashes(const torch::Tensor& pixels);

/// The default folder for decoded pictures: `ganwright` in $XDG_CACHE_HOME or ~/.cache. Empty if the
/// environment names neither.
std::filesystem::path default_picture_cache();

/// The pictures that store_pictures_in_cache stored in the folder `cache` under `key`: `listed` pictures of
/// `channels` x `size` x `size` each. Nothing if there are none, or if the file is not exactly what was
/// written: another format or length, another key (all its bytes are compared), a block with a wrong hash.
/// The pixels are read into memory and each block is compared with its hash, on all processors, so that a
/// file that is cut short or altered later cannot matter. Files of earlier versions, which lie in `cache`
/// itself, are read as well. Never throws for an unreadable cache.
std::optional<DecodedPictures> load_pictures_from_cache(const std::filesystem::path& cache,
                                                        const std::string& key, int64_t listed,
                                                        int64_t channels, int64_t size);

/// Stores `pictures` under `key` in `cache`/pictures, which is created if missing. The file appears complete
/// or not at all, even if other processes write it at the same time. The least recently used files are
/// removed beyond 16 files or 20 GiB: files of that folder with exactly such a name that begin as such a file
/// does, and no others. Nothing is stored, and a line is logged, if the folder is not writable or the file
/// would take more than half of the free space.
void store_pictures_in_cache(const std::filesystem::path& cache, const std::string& key,
                             const DecodedPictures& pictures);

}  // namespace ganwright
