#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "data/dataset.h"
#include "data/parallel.h"

namespace ganwright {

struct ImageFolderOptions {
  int64_t size = 32;                                 ///< side of the pictures, 1 to 8192
  int64_t channels = 3;                              ///< 1: grey (luma), 3: RGB
  std::array<uint8_t, 3> background{255, 255, 255};  ///< RGB, seen through transparent pixels
  double max_unreadable_share = 0.1;                 ///< more unreadable pictures than this are an error
  /// Folder where decoded pictures are kept for the next call (default_picture_cache()); empty: nowhere.
  std::filesystem::path cache{};
};

/// Loads every picture under `folder` (list_pictures says which) in sorted order of their paths: the central
/// square of each, area-resized. The class of a picture is its first-level subfolder ("." for those beside
/// the subfolders); where no subfolder holds pictures there is one class, named like the folder. Pictures
/// that cannot be read whole are left out, counted, and named in the log. What `options.cache` holds for a
/// folder in exactly this state and these options (picture_key) is mapped from there, with the same result;
/// otherwise every picture is decoded, and the outcome kept there, unless a picture failed that may be
/// readable at another time. `progress` and `interrupted` are called on the calling thread. Throws DataError
/// when the folder is missing, is none, or holds no pictures, when more than `max_unreadable_share` of them
/// (or all) cannot be read, or when they do not fit into memory; UsageError for options out of range;
/// Interrupted when `interrupted` says so.
Dataset load_image_folder(const std::filesystem::path& folder, const ImageFolderOptions& options,
                          const ProgressCallback& progress = {}, const InterruptCheck& interrupted = {});

}  // namespace ganwright
