#include "tests/support/read_events.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cstring>
#include <functional>

#include "tests/support/temporary_folder.h"

namespace ganwright::test_support {
namespace {

template <class Number>
Number number_at(std::string_view bytes, size_t offset) {
  Number number{};
  std::memcpy(&number, bytes.substr(offset, sizeof(number)).data(), sizeof(number));
  return number;
}

struct Field {
  uint64_t number;
  uint64_t integer;        // of a varint, or the bits of a fixed one
  std::string_view bytes;  // of a length-delimited one
};

uint64_t take_varint(std::string_view& message) {
  uint64_t value = 0;
  for (int shift = 0;; shift += 7) {
    const auto byte = static_cast<uint8_t>(message.at(0));
    message.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if ((byte & 0x80) == 0) {
      return value;
    }
  }
}

std::vector<Field> fields_of(std::string_view message) {
  std::vector<Field> fields;
  while (!message.empty()) {
    const uint64_t key = take_varint(message);
    Field field{key >> 3, 0, {}};
    switch (key & 7) {
      case 0:
        field.integer = take_varint(message);
        break;
      case 1:
        field.integer = number_at<uint64_t>(message, 0);
        message.remove_prefix(8);
        break;
      case 2: {
        const uint64_t length = take_varint(message);
        field.bytes = message.substr(0, length);
        message.remove_prefix(length);
        break;
      }
      case 5:
        field.integer = number_at<uint32_t>(message, 0);
        message.remove_prefix(4);
        break;
      default:
        ADD_FAILURE() << "wire type " << (key & 7);
        return fields;
    }
    fields.push_back(field);
  }
  return fields;
}

void read_value(std::string_view message, ReadEvent& event) {
  std::string tag;
  for (const Field& field : fields_of(message)) {
    if (field.number == 1) {
      tag = field.bytes;
    } else if (field.number == 2) {
      event.scalars[tag] = std::bit_cast<float>(static_cast<uint32_t>(field.integer));
    } else if (field.number == 4) {
      ReadEvent::Picture& picture = event.pictures[tag];
      for (const Field& part : fields_of(field.bytes)) {
        if (part.number == 4) {
          picture.encoded = part.bytes;
          continue;
        }
        int64_t& number = part.number == 1   ? picture.height
                          : part.number == 2 ? picture.width
                                             : picture.colorspace;
        number = static_cast<int64_t>(part.integer);
      }
    }
  }
}

// What is left of (step, item) pairs after the sessions that start.
template <class Item>
std::vector<std::pair<int64_t, Item>> kept(
    const std::vector<ReadEvent>& events,
    const std::function<void(const ReadEvent&, std::vector<std::pair<int64_t, Item>>&)>& add) {
  std::vector<std::pair<int64_t, Item>> found;
  for (const ReadEvent& event : events) {
    if (event.session_status == 1) {
      std::erase_if(found, [&](const auto& item) { return item.first >= event.step; });
    }
    add(event, found);
  }
  return found;
}

}  // namespace

uint32_t crc32c(std::string_view bytes) {
  uint32_t sum = 0xFFFFFFFF;
  for (const char c : bytes) {
    sum ^= static_cast<uint8_t>(c);
    for (int bit = 0; bit < 8; ++bit) {
      sum = sum >> 1 ^ ((sum & 1) != 0 ? 0x82F63B78U : 0U);
    }
  }
  return ~sum;
}

std::pair<std::vector<std::string>, bool> read_records(std::string_view bytes) {
  const auto is_sum_of = [](uint32_t masked, std::string_view text) {
    const uint32_t rotated = masked - 0xA282EAD8U;
    return (rotated >> 17 | rotated << 15) == crc32c(text);
  };
  std::vector<std::string> records;
  while (!bytes.empty()) {
    if (bytes.size() < 12 || !is_sum_of(number_at<uint32_t>(bytes, 8), bytes.substr(0, 8))) {
      return {records, false};
    }
    const auto length = number_at<uint64_t>(bytes, 0);
    if (bytes.size() < length + 16 ||
        !is_sum_of(number_at<uint32_t>(bytes, 12 + length), bytes.substr(12, length))) {
      return {records, false};
    }
    records.emplace_back(bytes.substr(12, length));
    bytes.remove_prefix(length + 16);
  }
  return {records, true};
}

ReadEvent read_event(std::string_view message) {
  ReadEvent event;
  for (const Field& field : fields_of(message)) {
    if (field.number == 1) {
      event.time = std::bit_cast<double>(field.integer);
    } else if (field.number == 2) {
      event.step = static_cast<int64_t>(field.integer);
    } else if (field.number == 3) {
      event.file_version = field.bytes;
    } else if (field.number == 5) {
      for (const Field& value : fields_of(field.bytes)) {
        read_value(value.bytes, event);
      }
    } else if (field.number == 7) {
      event.session_status = static_cast<int64_t>(fields_of(field.bytes).at(0).integer);
    } else {
      ADD_FAILURE() << "an event has a field " << field.number;
    }
  }
  return event;
}

std::vector<ReadEvent> read_event_files(const std::filesystem::path& folder) {
  std::vector<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().filename().string().find("tfevents") != std::string::npos) {
      paths.push_back(entry.path());
    }
  }
  std::sort(paths.begin(), paths.end());
  std::vector<ReadEvent> events;
  for (const std::filesystem::path& path : paths) {
    const auto [records, is_whole] = read_records(read_file(path));
    EXPECT_TRUE(is_whole) << path;
    for (const std::string& record : records) {
      events.push_back(read_event(record));
    }
  }
  return events;
}

std::vector<std::pair<int64_t, float>> scalars_of(const std::vector<ReadEvent>& events,
                                                  const std::string& tag) {
  return kept<float>(events, [&](const ReadEvent& event, auto& found) {
    const auto value = event.scalars.find(tag);
    if (value != event.scalars.end()) {
      found.emplace_back(event.step, value->second);
    }
  });
}

std::vector<int64_t> picture_steps(const std::vector<ReadEvent>& events, const std::string& tag) {
  std::vector<int64_t> steps;
  const auto found = kept<bool>(events, [&](const ReadEvent& event, auto& items) {
    if (event.pictures.contains(tag)) {
      items.emplace_back(event.step, true);
    }
  });
  for (const auto& [step, is_there] : found) {
    steps.push_back(step);
  }
  return steps;
}

}  // namespace ganwright::test_support
