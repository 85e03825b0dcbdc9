#pragma once

#include <cstdint>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

#include "system/file_descriptor.h"

namespace ganwright {

/// A file of events beside metrics.jsonl, events.out.tfevents.*, that TensorBoard reads: whole records only.
/// Each session of a run has a file of its own, which sorts behind those that are there; it is created with
/// its first event, so that a run in which nothing happened has none.
class EventFile {
 public:
  explicit EventFile(std::filesystem::path folder) : folder_(std::move(folder)) {}

  /// The run goes on behind `step`: of what the files of a folder hold, readers drop the later steps. Throws,
  /// as all that follow, WriteError where the event cannot be written whole; the file is as it was then.
  void restart_after(int64_t step);

  /// The finite numbers of a line of metrics, which has a "step", under tags "GROUP/NAME".
  void add_scalars(const std::string& group, const nlohmann::ordered_json& record);

  /// A grey or color PNG file.
  void add_picture(const std::string& tag, int64_t step, const std::filesystem::path& png);

 private:
  void append(const std::string& event);

  std::filesystem::path folder_;
  std::filesystem::path path_;
  std::optional<FileDescriptor> file_;
};

}  // namespace ganwright
