#pragma once

#include <filesystem>
#include <string>

namespace ganwright {

/// Sends the program's messages to stderr, one line each. Results go to stdout.
void start_log();

/// Appends the messages to a file as well, with the time and with the lines of metrics (level debug). Throws
/// OutputError if the file cannot be opened, or is a symbolic link.
void add_log_file(const std::filesystem::path& path);

/// Logs a text of several lines at level info, line by line. (In a single message a line break counts as part
/// of a file name and is escaped.)
void log_lines(const std::string& text);

}  // namespace ganwright
