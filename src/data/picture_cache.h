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

/// The default folder for decoded pictures: `ganwright` in $XDG_CACHE_HOME or ~/.cache. Empty if the
/// environment names neither.
std::filesystem::path default_picture_cache();

/// The pictures that store_pictures_in_cache stored in the folder `cache` under `key`: `listed` pictures of
/// `channels` x `size` x `size` each. Nothing if there are none, or if the file is not exactly what was
/// written: another format or length, another key (all its bytes are compared), a wrong checksum. (Above 1
/// GiB of pixels the checksum is not verified: reading them all would delay the start too long.) The pixels
/// are mapped from the file: they are loaded as they are used, and changing the tensor does not change the
/// file. Never throws for an unreadable cache.
std::optional<DecodedPictures> load_pictures_from_cache(const std::filesystem::path& cache,
                                                        const std::string& key, int64_t listed,
                                                        int64_t channels, int64_t size);

/// Stores `pictures` under `key` in the folder `cache`, which is created if missing. The file appears
/// complete or not at all, even if other processes write it at the same time, and a file in use is never
/// changed. The least recently used files are removed beyond 16 files or 20 GiB. Nothing is stored, and a
/// line is logged, if the folder is not writable or the file would take more than half of the free space.
void store_pictures_in_cache(const std::filesystem::path& cache, const std::string& key,
                             const DecodedPictures& pictures);

}  // namespace ganwright
