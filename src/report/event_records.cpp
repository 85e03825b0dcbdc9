#include "report/event_records.h"

#include <bit>
#include <boost/crc.hpp>

namespace ganwright {
namespace {

template <class Number>
std::string little_endian_bytes(Number number) {
  std::string bytes;
  for (size_t i = 0; i < sizeof(Number); ++i) {
    bytes += static_cast<char>(static_cast<uint8_t>(number >> (8 * i)));
  }
  return bytes;
}

// Protocol Buffers' own encoding: seven bits a byte, the least significant first, the top bit on all but the
// last.
std::string varint(uint64_t number) {
  std::string bytes;
  for (; number >= 0x80; number >>= 7) {
    bytes += static_cast<char>(static_cast<uint8_t>(number | 0x80));
  }
  return bytes + static_cast<char>(static_cast<uint8_t>(number));
}

enum WireType : uint64_t { kVarint = 0, kFixed64 = 1, kBytes = 2, kFixed32 = 5 };

std::string key(uint64_t field, WireType type) {
  return varint(field << 3 | type);
}

std::string integer_field(uint64_t field, int64_t value) {
  return key(field, kVarint) + varint(static_cast<uint64_t>(value));
}

std::string double_field(uint64_t field, double value) {
  return key(field, kFixed64) + little_endian_bytes(std::bit_cast<uint64_t>(value));
}

std::string float_field(uint64_t field, float value) {
  return key(field, kFixed32) + little_endian_bytes(std::bit_cast<uint32_t>(value));
}

std::string bytes_field(uint64_t field, std::string_view bytes) {
  return key(field, kBytes) + varint(bytes.size()) + std::string(bytes);
}

// The numbers of the fields are those of event.proto and summary.proto.
namespace event {
constexpr uint64_t kTime = 1;
constexpr uint64_t kStep = 2;
constexpr uint64_t kFileVersion = 3;
constexpr uint64_t kSummary = 5;
constexpr uint64_t kSessionLog = 7;
}  // namespace event

namespace session_log {
constexpr uint64_t kStatus = 1;
constexpr int64_t kStart = 1;
}  // namespace session_log

namespace summary {
constexpr uint64_t kValue = 1;
}  // namespace summary

namespace value {
constexpr uint64_t kTag = 1;
constexpr uint64_t kSimpleValue = 2;
constexpr uint64_t kImage = 4;
}  // namespace value

namespace image_fields {
constexpr uint64_t kHeight = 1;
constexpr uint64_t kWidth = 2;
constexpr uint64_t kColorspace = 3;
constexpr uint64_t kEncoded = 4;
}  // namespace image_fields

std::string event_at(double time, int64_t step) {
  return double_field(event::kTime, time) + integer_field(event::kStep, step);
}

}  // namespace

uint32_t masked_crc32c(std::string_view bytes) {
  boost::crc_optimal<32, 0x1EDC6F41, 0xFFFFFFFF, 0xFFFFFFFF, true, true> crc32c;
  crc32c.process_bytes(bytes.data(), bytes.size());
  const uint32_t sum = crc32c.checksum();
  return std::rotr(sum, 15) + 0xA282EAD8U;
}

std::string framed_record(std::string_view bytes) {
  const std::string length = little_endian_bytes(static_cast<uint64_t>(bytes.size()));
  return length + little_endian_bytes(masked_crc32c(length)) + std::string(bytes) +
         little_endian_bytes(masked_crc32c(bytes));
}

std::string version_event(double time) {
  return double_field(event::kTime, time) + bytes_field(event::kFileVersion, "brain.Event:2");
}

std::string session_start_event(double time, int64_t step) {
  return event_at(time, step) +
         bytes_field(event::kSessionLog, integer_field(session_log::kStatus, session_log::kStart));
}

std::string scalars_event(double time, int64_t step,
                          const std::vector<std::pair<std::string, float>>& values) {
  std::string message;
  for (const auto& [tag, number] : values) {
    message += bytes_field(summary::kValue,
                           bytes_field(value::kTag, tag) + float_field(value::kSimpleValue, number));
  }
  return event_at(time, step) + bytes_field(event::kSummary, message);
}

std::string picture_event(double time, int64_t step, std::string_view tag, const EventPicture& picture) {
  const std::string message = integer_field(image_fields::kHeight, picture.height) +
                              integer_field(image_fields::kWidth, picture.width) +
                              integer_field(image_fields::kColorspace, picture.channels) +
                              bytes_field(image_fields::kEncoded, picture.png);
  return event_at(time, step) +
         bytes_field(event::kSummary, bytes_field(summary::kValue, bytes_field(value::kTag, tag) +
                                                                       bytes_field(value::kImage, message)));
}

}  // namespace ganwright
