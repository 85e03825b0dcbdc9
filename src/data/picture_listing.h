#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ganwright {

/// A picture that was found in a folder.
struct ListedPicture {
  std::string path;   ///< relative to the folder
  std::string fault;  ///< why it cannot be read (its folder cannot be listed); empty otherwise
};

/// Every picture (png jpg jpeg webp bmp tif tiff, in any case) under `folder`, sorted by path, name by name.
/// Hidden files and folders are skipped. Links are followed and each folder is read once; a link to a folder
/// that contains `folder` is skipped with a warning. Throws DataError if the folder is missing, is not a
/// folder, or holds no pictures.
std::vector<ListedPicture> list_pictures(const std::filesystem::path& folder);

/// A key for the decoded pictures, found without opening a file; equal keys mean equal pixels. It holds
/// `form` (the caller's options and versions) and for each picture its path below `folder`, size, mtime and
/// ctime (ns), and inode number. No program can set the ctime, so a file replaced by another of the same size
/// and an older date is noticed too. If a ctime lies within the last 20 ms the call waits until it does not:
/// file system clocks advance in ticks, and a second change in the same tick would go unnoticed. (On file
/// systems with whole seconds a gap of that length remains.) The device number is left out, since it may
/// change at a restart. Throws DataError if `folder` cannot be opened.
std::string picture_key(const std::filesystem::path& folder, const std::vector<ListedPicture>& listed,
                        std::string_view form);

}  // namespace ganwright
