#pragma once

#include <filesystem>

namespace ganwright {

/// Sends the program's messages to stderr, one line each; results go to stdout.
void start_log();

/// Sends them to a file as well, with the time and with the lines of metrics (level debug), appending to it.
/// Throws OutputError where it cannot be opened.
void add_log_file(const std::filesystem::path& path);

}  // namespace ganwright
