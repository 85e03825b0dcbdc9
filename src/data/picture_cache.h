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
  /// Of each listed picture: why it was left out, empty where it is in `pixels`.
  std::vector<std::string> faults;
};

/// Where decoded pictures are kept from one run to the next unless told otherwise: `ganwright` below
/// $XDG_CACHE_HOME or ~/.cache. Empty where the environment names neither.
std::filesystem::path default_picture_cache();

/// The pictures that store_pictures left in the folder `cache` under `key`, of `listed` pictures of
/// `channels` x `size` x `size` each; none where there are no such, or where the file is not exactly what was
/// written: a foreign, shorter or longer one, another key (all its bytes are compared), a wrong checksum.
/// (Pixels beyond 1 GiB have their checksum left alone: reading them would take longer than a start should.)
/// The pixels are mapped from the file, not read: they come into memory as they are used, and changing the
/// tensor does not change the file. Never throws for a cache that cannot be read.
std::optional<DecodedPictures> load_pictures_from_cache(const std::filesystem::path& cache,
                                                        const std::string& key, int64_t listed,
                                                        int64_t channels, int64_t size);

/// Keeps `pictures` under `key` in the folder `cache`, which is created when missing. The file appears whole
/// or not at all, whoever else writes it at the same time, and one in use is never changed. The least
/// recently used files go where there would be more than 16 of them or 20 GiB. Nothing is kept, and a line is
/// logged, where the place cannot be written to or the file would take more than half of what is free there.
void store_pictures_in_cache(const std::filesystem::path& cache, const std::string& key,
                             const DecodedPictures& pictures);

}  // namespace ganwright
