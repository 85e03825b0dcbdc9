#pragma once

#include <cstddef>
#include <filesystem>
#include <span>
#include <string_view>

namespace ganwright {

/// Writes `parts`, one after the other, to `path` so that a reader sees the old file or the whole new one,
/// never a piece: the bytes go to a sibling of its own (partial_name), are synced to the disk, and are
/// renamed over `path`, which is not followed where it is a symbolic link; then the folder is synced. A kill
/// at any byte leaves the previous file as it was. Throws WriteError, with the system's reason, when any of
/// this fails; the partial file is removed then.
void write_file_atomically(const std::filesystem::path& path,
                           std::span<const std::span<const std::byte>> parts);

/// The same for a text.
void write_text_atomically(const std::filesystem::path& path, std::string_view text);

}  // namespace ganwright
