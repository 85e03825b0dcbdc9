#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ganwright {

// What TensorBoard reads: records in the framing of TFRecord files, each an `Event` message of TensorFlow's
// event.proto and summary.proto. Only the fields that scalars and pictures need are written.

/// The CRC-32C of `bytes`, masked as in TFRecord files.
uint32_t masked_crc32c(std::string_view bytes);

/// A record of a TFRecord file: length, its checksum, the bytes, their checksum.
std::string framed_record(std::string_view bytes);

/// The event that every file begins with. Times are seconds since 1970.
std::string version_event(double time);

/// Marks the start of a session: readers drop events of this step or later.
std::string session_start_event(double time, int64_t step);

/// Numbers with their tags.
std::string scalars_event(double time, int64_t step,
                          const std::vector<std::pair<std::string, float>>& values);

/// An encoded picture.
struct EventPicture {
  std::string png;   ///< the bytes of the file
  int64_t height;    ///< in pixels
  int64_t width;     ///< in pixels
  int64_t channels;  ///< 1: grey, 3: RGB
};

/// A picture with its tag.
std::string picture_event(double time, int64_t step, std::string_view tag, const EventPicture& picture);

}  // namespace ganwright
