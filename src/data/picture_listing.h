#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace ganwright {

/// A picture that was found, relative to the folder that was searched.
struct ListedPicture {
  std::string path;
  std::string fault;  ///< why it cannot be read (a folder that cannot be listed); empty where it may be
};

/// Every picture (png jpg jpeg webp bmp tif tiff, any case) under `folder`, sorted by their paths' names from
/// the first on. Hidden files and folders are passed over; links are followed, each folder being read once,
/// but not (with a warning) to a folder that holds `folder`. Throws DataError when the folder is missing, is
/// none, or holds no pictures.
std::vector<ListedPicture> list_pictures(const std::filesystem::path& folder);

/// What decides the pixels that the listed pictures decode to, as bytes to be compared, found without opening
/// one: `form` (the caller's options and versions), and of each picture its path below `folder`, its size,
/// the times of its last change of content and of any change (ns), and its inode number. The second time
/// cannot be set by a program, so that a file replaced by another of the same size and an older date is
/// noticed too. Where that time lies within the last 20 ms the call waits until it does not: the clock of a
/// file system moves in ticks, and a change in the same tick would go unnoticed. (A file system that keeps
/// whole seconds leaves a gap of that length.) The device is left out, since its number may differ after a
/// restart. Throws DataError when `folder` cannot be opened.
std::string picture_key(const std::filesystem::path& folder, const std::vector<ListedPicture>& listed,
                        std::string_view form);

}  // namespace ganwright
