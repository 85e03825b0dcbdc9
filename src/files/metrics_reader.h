#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <utility>

namespace ganwright {

/// The lines of a metrics.jsonl by their step, read while another process appends to it.
class MetricsReader {
 public:
  /// A reader of `path`, which need not exist yet; refresh() reads it.
  explicit MetricsReader(std::filesystem::path path) : path_(std::move(path)) {}

  /// Reads the complete lines added since the last call; rereads the file if it was replaced or truncated. A
  /// missing file has none. Lines that are no JSON objects with a "step" are passed over. Returns whether any
  /// came.
  bool refresh();

  /// The last record up to `step`; nullptr if there is none.
  [[nodiscard]] const nlohmann::json* at(int64_t step) const;

 private:
  std::filesystem::path path_;
  std::map<int64_t, nlohmann::json> records_;
  uint64_t inode_ = 0;
  int64_t read_ = 0;  // bytes
};

}  // namespace ganwright
