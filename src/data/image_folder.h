#pragma once

#include <array>
#include <cstdint>
#include <filesystem>

#include "data/dataset.h"
#include "data/parallel.h"

namespace ganwright {

/// How the pictures of a folder are read.
struct ImageFolderOptions {
  int64_t size = 32;                                 ///< side of the pictures, 1 to 8192
  int64_t channels = 3;                              ///< 1: grey (luma), 3: RGB
  std::array<uint8_t, 3> background{255, 255, 255};  ///< RGB, seen through transparent pixels
  double max_unreadable_share = 0.1;                 ///< more unreadable pictures than this are an error
  /// Folder that keeps decoded pictures for the next call (default_picture_cache()); empty: none.
  std::filesystem::path cache{};
};

/// Loads every picture under `folder` (see list_pictures), sorted by path: the central square of each,
/// resized. The class of a picture is its first-level subfolder ("." for pictures beside the subfolders); if
/// no subfolder holds pictures there is one class, named after the folder. Unreadable and truncated pictures
/// are left out, counted, and named in the log. If `options.cache` holds the result for this very state of
/// the folder and these options (picture_key), it is read from there. Otherwise every picture is decoded,
/// and the result is cached unless a picture failed that may become readable later. `progress` and
/// `interrupted` are called on the calling thread. Throws DataError if the folder is missing, is not a
/// folder, or holds no pictures, when more than `max_unreadable_share` of them (or all) cannot be read, or
/// when they do not fit into memory; UsageError for options out of range; Interrupted when `interrupted` says
/// so.
Dataset load_image_folder(const std::filesystem::path& folder, const ImageFolderOptions& options,
                          const ProgressCallback& progress = {}, const InterruptCheck& interrupted = {});

}  // namespace ganwright
