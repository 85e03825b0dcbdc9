#pragma once

#include <filesystem>
#include <string_view>

namespace ganwright {

/// Adds `bytes` to the end of a file that is open for appending: whole or not at all, so that what a full
/// disk cut short is taken back. Throws WriteError, which names `path`.
void append_whole(int descriptor, const std::filesystem::path& path, std::string_view bytes);

}  // namespace ganwright
