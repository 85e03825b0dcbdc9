#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ganwright {

/// What TensorBoard reads: records in the framing of TFRecord files, each a message `Event` of TensorFlow's
/// event.proto and summary.proto, of which this knows the few fields that scalars and pictures need.

/// The CRC-32C of `bytes`, rotated and offset as TFRecord files hold it.
uint32_t masked_crc32c(std::string_view bytes);

/// A record of a TFRecord file: length, its checksum, the bytes, their checksum.
std::string framed_record(std::string_view bytes);

/// The event that every file begins with. Times are seconds since 1970.
std::string version_event(double time);

/// Says that a session starts: what readers hold of this step or later ones they drop.
std::string session_start_event(double time, int64_t step);

/// Numbers by their tags.
std::string scalars_event(double time, int64_t step,
                          const std::vector<std::pair<std::string, float>>& values);

/// An encoded picture.
struct EventPicture {
  std::string png;
  int64_t height;
  int64_t width;
  int64_t channels;  ///< 1: grey, 3: RGB
};

std::string picture_event(double time, int64_t step, std::string_view tag, const EventPicture& picture);

}  // namespace ganwright
