#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "system/file_descriptor.h"

namespace ganwright {

/// An event file for TensorBoard, events.out.tfevents.*, beside metrics.jsonl; it holds complete records
/// only. Each session of a run writes its own file, named to sort after the existing ones. The file is
/// created with its first event.
class EventFile {
 public:
  /// A file in `folder`, which must exist when the first event is added.
  explicit EventFile(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// Records that the run continues after `step`, so that readers drop later steps of older files. Throws
  /// WriteError, as the functions below, if the event cannot be written completely; the file is then
  /// unchanged, and the event is written with the next one.
  void restart_after(int64_t step);

  /// Adds the finite numbers of a line of metrics, which has a "step", under tags "GROUP/NAME".
  void add_scalars(const std::string& group, const nlohmann::ordered_json& record);

  /// Adds a grey or color PNG file.
  void add_picture(const std::string& tag, int64_t step, const std::filesystem::path& png);

 private:
  void append(const std::string& event);

  std::filesystem::path folder_;
  std::filesystem::path path_;
  std::optional<FileDescriptor> file_;
  std::string waiting_;  // complete records that are not in the file yet
};

}  // namespace ganwright
