#include "data/picture_header.h"

#include <zlib.h>

#include <algorithm>
#include <optional>
#include <string_view>

#include "errors.h"

namespace ganwright {
namespace {

// A 16-bit RGBA picture of this many pixels takes 1 GiB to decode.
constexpr int64_t kMostPixels = int64_t{1} << 27;

bool starts_with(Bytes bytes, std::string_view text, size_t offset = 0) {
  return bytes.size() >= offset + text.size() &&
         std::equal(text.begin(), text.end(), bytes.begin() + static_cast<std::ptrdiff_t>(offset),
                    [](char letter, uint8_t byte) { return static_cast<uint8_t>(letter) == byte; });
}

/// The first folder of tags of a TIFF file, which is also how EXIF data is laid out.
class TiffTags {
 public:
  explicit TiffTags(Bytes file) : file_(file), big_(starts_with(file, "MM")), folder_(number(4, 4)) {}

  /// The first value of a tag of whole numbers.
  std::optional<uint32_t> value(uint32_t tag) const {
    const auto all = values(tag, 1);
    return all.empty() ? std::nullopt : std::optional(all.front());
  }

  /// Up to `most` values of a tag of whole numbers; none when there is no such tag.
  std::vector<uint32_t> values(uint32_t tag, uint64_t most) const {
    const uint32_t count = number(folder_, 2);
    for (uint32_t i = 0; i < count; ++i) {
      const uint64_t entry = folder_ + 2 + uint64_t{12} * i;
      if (number(entry, 2) != tag) continue;
      const uint32_t type = number(entry + 2, 2);
      if (type != kShort && type != kLong) return {};
      const int width = type == kShort ? 2 : 4;
      const uint64_t length = number(entry + 4, 4);
      const uint64_t start = length * static_cast<uint64_t>(width) <= 4 ? entry + 8 : number(entry + 8, 4);
      std::vector<uint32_t> result;
      for (uint64_t k = 0; k < std::min(length, most); ++k) {
        result.push_back(number(start + k * static_cast<uint64_t>(width), width));
      }
      return result;
    }
    return {};
  }

 private:
  static constexpr uint32_t kShort = 3;
  static constexpr uint32_t kLong = 4;

  uint32_t number(uint64_t offset, int width) const {
    return big_ ? big_endian(file_, offset, width) : little_endian(file_, offset, width);
  }

  Bytes file_;
  bool big_;
  uint64_t folder_;
};

void check_dimensions(const PictureHeader& header) {
  if (header.width <= 0 || header.height <= 0) throw DataError("has no pixels");
  if (header.width > kMostPixels / header.height) {
    throw DataError("is too large: " + std::to_string(header.width) + "x" + std::to_string(header.height) +
                    " pixels");
  }
}

int exif_orientation(Bytes exif) {
  if (starts_with(exif, std::string_view("Exif\0\0", 6))) exif = exif.subspan(6);
  try {
    const auto orientation = TiffTags(exif).value(0x0112);
    return orientation && *orientation >= 1 && *orientation <= 8 ? static_cast<int>(*orientation) : 1;
  } catch (const DataError&) {
    // Damaged metadata does not make a picture unreadable.
    return 1;
  }
}

PictureHeader read_png(Bytes file) {
  PictureHeader header{PictureFormat::png};
  bool has_pixels = false;
  visit_png_chunks(file, [&](uint32_t type, Bytes data, Bytes whole) {
    if (type == four_letters("eXIf")) header.orientation = exif_orientation(data);
    if (type == four_letters("IDAT")) has_pixels = true;
    if (!bears_pixels(type)) return;
    const Bytes checked = whole.subspan(4, data.size() + 4);
    if (crc32_z(0, checked.data(), checked.size()) != big_endian(whole, whole.size() - 4, 4)) {
      throw DataError("is damaged: a PNG chunk has a wrong checksum");
    }
    if (type == four_letters("IHDR")) {
      header.width = big_endian(data, 0, 4);
      header.height = big_endian(data, 4, 4);
    }
  });
  if (!has_pixels) throw DataError("has no pixels");
  return header;
}

/// The offset of the marker that ends the entropy-coded data beginning at `offset`.
uint64_t end_of_scan(Bytes file, uint64_t offset) {
  for (;; ++offset) {
    const Bytes rest = slice(file, offset, file.size() - std::min<uint64_t>(offset, file.size()));
    offset += static_cast<uint64_t>(std::find(rest.begin(), rest.end(), 0xFF) - rest.begin());
    const uint32_t next = big_endian(file, offset + 1, 1);
    const bool restart = next >= 0xD0 && next <= 0xD7;
    if (next != 0x00 && next != 0xFF && !restart) return offset;
  }
}

PictureHeader read_jpeg(Bytes file) {
  PictureHeader header{PictureFormat::jpeg};
  uint64_t offset = 2;
  for (;;) {
    while (big_endian(file, offset, 1) != 0xFF) ++offset;
    while (big_endian(file, offset, 1) == 0xFF) ++offset;
    const uint32_t marker = big_endian(file, offset++, 1);
    const bool start_of_frame =
        marker >= 0xC0 && marker <= 0xCF && marker != 0xC4 && marker != 0xC8 && marker != 0xCC;
    if (marker == 0xD9) return header;
    if (marker == 0x00 || marker == 0x01 || (marker >= 0xD0 && marker <= 0xD7)) continue;

    const Bytes segment = slice(file, offset, big_endian(file, offset, 2));
    if (start_of_frame) {
      header.height = big_endian(segment, 3, 2);
      header.width = big_endian(segment, 5, 2);
    } else if (marker == 0xE1 && starts_with(segment, std::string_view("Exif\0\0", 6), 2)) {
      header.orientation = exif_orientation(segment.subspan(2));
    }
    offset += segment.size();
    if (marker == 0xDA) offset = end_of_scan(file, offset);
  }
}

PictureHeader read_webp(Bytes file) {
  PictureHeader header{PictureFormat::webp};
  const Bytes whole = slice(file, 0, uint64_t{8} + little_endian(file, 4, 4));
  for (uint64_t offset = 12; offset < whole.size();) {
    const uint32_t name = big_endian(whole, offset, 4);
    const uint32_t length = little_endian(whole, offset + 4, 4);
    const Bytes data = slice(whole, offset + 8, length);
    if (name == four_letters("VP8X")) {
      header.width = int64_t{little_endian(data, 4, 3)} + 1;
      header.height = int64_t{little_endian(data, 7, 3)} + 1;
    } else if (name == four_letters("VP8 ") && header.width == 0) {
      header.width = little_endian(data, 6, 2) & 0x3FFF;
      header.height = little_endian(data, 8, 2) & 0x3FFF;
    } else if (name == four_letters("VP8L") && header.width == 0) {
      const uint32_t sizes = little_endian(data, 1, 4);
      header.width = (sizes & 0x3FFF) + 1;
      header.height = (sizes >> 14 & 0x3FFF) + 1;
    } else if (name == four_letters("EXIF")) {
      header.orientation = exif_orientation(data);
    }
    offset += uint64_t{8} + length + length % 2;
  }
  return header;
}

PictureHeader read_bmp(Bytes file) {
  PictureHeader header{PictureFormat::bmp};
  const uint32_t header_length = little_endian(file, 14, 4);
  const bool old = header_length == 12;
  slice(file, 14, header_length);
  header.width = old ? little_endian(file, 18, 2) : static_cast<int32_t>(little_endian(file, 18, 4));
  const int64_t height = old ? little_endian(file, 20, 2) : static_cast<int32_t>(little_endian(file, 22, 4));
  // A negative height says that the rows run from top to bottom.
  header.height = height < 0 ? -height : height;
  check_dimensions(header);

  const uint32_t depth = little_endian(file, old ? 24 : 28, 2);
  const uint32_t compression = old ? 0 : little_endian(file, 30, 4);
  constexpr uint32_t kRunLength8 = 1;
  constexpr uint32_t kRunLength4 = 2;
  if (compression != kRunLength8 && compression != kRunLength4) {
    const int64_t row = (header.width * depth + 31) / 32 * 4;
    slice(file, little_endian(file, 10, 4), static_cast<uint64_t>(row * header.height));
  }
  return header;
}

PictureHeader read_tiff(Bytes file) {
  const TiffTags tags(file);
  PictureHeader header{PictureFormat::tiff};
  header.width = tags.value(256).value_or(0);
  header.height = tags.value(257).value_or(0);
  const auto offsets = tags.values(273, file.size());
  const auto lengths = tags.values(279, file.size());
  for (size_t i = 0; i < std::min(offsets.size(), lengths.size()); ++i) slice(file, offsets[i], lengths[i]);
  return header;
}

PictureHeader read_any(Bytes file) {
  if (file.empty()) throw DataError("is empty");
  if (starts_with(file, "\x89PNG\r\n\x1a\n")) return read_png(file);
  if (starts_with(file, "\xFF\xD8\xFF")) return read_jpeg(file);
  if (starts_with(file, "RIFF") && starts_with(file, "WEBP", 8)) return read_webp(file);
  if (starts_with(file, "BM")) return read_bmp(file);
  if (starts_with(file, std::string_view("II*\0", 4)) || starts_with(file, std::string_view("MM\0*", 4))) {
    return read_tiff(file);
  }
  throw DataError("is not a PNG, JPEG, WebP, BMP or TIFF picture");
}

}  // namespace

PictureHeader read_picture_header(Bytes file) {
  const PictureHeader header = read_any(file);
  check_dimensions(header);
  return header;
}

void visit_png_chunks(Bytes file, const std::function<void(uint32_t, Bytes, Bytes)>& visit) {
  for (uint64_t offset = 8;;) {
    const uint32_t length = big_endian(file, offset, 4);
    const uint32_t type = big_endian(file, offset + 4, 4);
    const Bytes whole = slice(file, offset, uint64_t{12} + length);
    visit(type, whole.subspan(8, length), whole);
    if (type == four_letters("IEND")) return;
    offset += whole.size();
  }
}

bool bears_pixels(uint32_t type) {
  return type == four_letters("IHDR") || type == four_letters("PLTE") || type == four_letters("tRNS") ||
         type == four_letters("IDAT") || type == four_letters("IEND");
}

}  // namespace ganwright
