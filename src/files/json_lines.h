#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <vector>

#include "system/file_descriptor.h"

namespace ganwright {

/// An append-only file of JSON objects, one a line (metrics.jsonl). Whole lines only: a line that a crash or
/// a full disk cut short is taken back.
class JsonLines {
 public:
  /// Opens or creates the file and cuts off a torn last line. Throws OutputError if that cannot be done, and
  /// where the file is a symbolic link or no regular file.
  explicit JsonLines(std::filesystem::path path);

  /// Adds a line; numbers that are not finite become null. A file that was removed meanwhile is written
  /// again, one that was replaced is continued. Throws WriteError, and leaves the file as it was, where the
  /// line cannot be written whole.
  void append(const nlohmann::ordered_json& record);

  /// Drops the lines whose "step" is greater than `step`, so that a resumed run continues from its
  /// checkpoint, and (with a warning) lines that are no JSON objects. The file is replaced whole or not at
  /// all. Throws WriteError if it cannot be.
  void truncate_after(int64_t step);

 private:
  void reopen();
  void return_to_path();

  std::filesystem::path path_;
  FileDescriptor file_;
};

/// The JSON objects of such a file, one per line (parse_json_object); other lines are skipped, a last one
/// without its newline, too, and a missing file has none.
std::vector<nlohmann::ordered_json> read_json_lines(const std::filesystem::path& path);

}  // namespace ganwright
