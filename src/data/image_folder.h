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
};

/// Loads every picture (png jpg jpeg webp bmp tif tiff, any case) under `folder` into memory, in sorted order
/// of their paths: the central square of each, area-resized. Hidden files and folders are passed over; links
/// are followed, each folder being read once, but not (with a warning) to a folder that holds `folder`. The
/// class of a picture is its first-level subfolder ("." for those beside the subfolders); where no subfolder
/// holds pictures there is one class, named like the folder. Pictures that cannot be read whole are left out,
/// counted, and named in the log. `progress` and `interrupted` are called on the calling thread. Throws
/// DataError when the folder is missing, is none, or holds no pictures, when more than `max_unreadable_share`
/// of them (or all) cannot be read, or when they do not fit into memory; UsageError for options out of range;
/// Interrupted when `interrupted` says so.
Dataset load_image_folder(const std::filesystem::path& folder, const ImageFolderOptions& options,
                          const ProgressCallback& progress = {}, const InterruptCheck& interrupted = {});

}  // namespace ganwright
