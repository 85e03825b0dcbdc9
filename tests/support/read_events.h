#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ganwright::test_support {

/// An event as a reader of its own finds it: a flat view of the fields of event.proto and summary.proto.
struct ReadEvent {
  double time = 0;
  int64_t step = 0;
  std::string file_version;
  int64_t session_status = 0;
  std::map<std::string, float> scalars;
  struct Picture {
    int64_t height = 0;
    int64_t width = 0;
    int64_t colorspace = 0;
    std::string encoded;
  };
  std::map<std::string, Picture> pictures;
};

/// The CRC-32C (RFC 3720) of the bytes, bit by bit.
uint32_t crc32c(std::string_view bytes);

/// The whole records of a TFRecord file, checksums compared; false at the end of it where a torn one follows.
std::pair<std::vector<std::string>, bool> read_records(std::string_view bytes);

ReadEvent read_event(std::string_view message);

/// The events of all files of a folder, in the order of their names.
std::vector<ReadEvent> read_event_files(const std::filesystem::path& folder);

/// The steps and values of a tag as TensorBoard keeps them: a session that starts drops what is of its step
/// or later.
std::vector<std::pair<int64_t, float>> scalars_of(const std::vector<ReadEvent>& events,
                                                  const std::string& tag);

/// The same of pictures, steps alone.
std::vector<int64_t> picture_steps(const std::vector<ReadEvent>& events, const std::string& tag);

}  // namespace ganwright::test_support
