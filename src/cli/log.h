#pragma once

#include <filesystem>
#include <string>

namespace ganwright {

/// Sends the program's messages to stderr, one line each; results go to stdout.
void start_log();

/// Sends them to a file as well, with the time and with the lines of metrics (level debug), appending to it.
/// Throws OutputError where it cannot be opened.
void add_log_file(const std::filesystem::path& path);

/// Logs a text of several lines at level info, line by line: what looks like a line in a message is part of a
/// file's name, and is spelled out.
void log_lines(const std::string& text);

}  // namespace ganwright
