#include "data/bitmap_font.h"

#include <algorithm>
#include <map>
#include <memory>
#include <opencv2/imgproc.hpp>
#include <optional>

#include "data/picture.h"
#include "data/picture_header.h"
#include "errors.h"
#include "files/bytes.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestFont = uint64_t{1} << 29;

/// The PNG file of each glyph.
using Glyphs = std::map<uint32_t, Bytes>;

Bytes find_table(Bytes font, const char (&name)[5]) {
  const uint32_t count = big_endian(font, 4, 2);
  for (uint32_t i = 0; i < count; ++i) {
    const uint64_t record = 12 + uint64_t{16} * i;
    if (big_endian(font, record, 4) == four_letters(name)) {
      return slice(font, big_endian(font, record + 8, 4), big_endian(font, record + 12, 4));
    }
  }
  throw DataError(std::string("has no table ") + name + ", so no color bitmaps");
}

/// The size of the largest pixels per em: its record of 48 bytes.
Bytes largest_strike(Bytes cblc) {
  const uint32_t version = big_endian(cblc, 0, 2);
  if (version != 2 && version != 3) throw DataError("has a CBLC table of an unknown version");
  const uint32_t count = big_endian(cblc, 4, 4);
  std::optional<Bytes> largest;
  for (uint64_t i = 0; i < count; ++i) {
    const Bytes strike = slice(cblc, 8 + 48 * i, 48);
    constexpr size_t kPixelsPerEm = 45;
    if (!largest || strike[kPixelsPerEm] > (*largest)[kPixelsPerEm]) largest = strike;
  }
  if (!largest) throw DataError("has no size in its CBLC table");
  return *largest;
}

Bytes embedded_png(Bytes image, uint32_t format) {
  uint64_t metrics = 0;
  switch (format) {
    case 17:
      metrics = 5;
      break;
    case 18:
      metrics = 8;
      break;
    case 19:
      break;
    default:
      throw DataError("has glyph pictures of the format " + std::to_string(format) + ", which are no PNG");
  }
  return slice(image, metrics + 4, big_endian(image, metrics, 4));
}

/// Adds the glyphs first..last that the index subtable at the start of `index` describes.
void add_glyphs(Bytes index, uint32_t first, uint32_t last, Bytes cbdt, Glyphs& glyphs) {
  const uint32_t index_format = big_endian(index, 0, 2);
  const uint32_t image_format = big_endian(index, 2, 2);
  const uint64_t images = big_endian(index, 4, 4);
  const auto add = [&](uint32_t glyph, uint64_t offset, uint64_t end) {
    if (end == offset) return;
    if (end < offset) throw DataError("has glyph pictures of negative length");
    // This also bounds the work that overlapping ranges in a hostile font can ask for.
    if (!glyphs.emplace(glyph, embedded_png(slice(cbdt, images + offset, end - offset), image_format))
             .second) {
      throw DataError("has two pictures of the glyph " + std::to_string(glyph));
    }
  };

  const uint64_t count = uint64_t{last} - first + 1;
  switch (index_format) {
    case 1:
    case 3: {
      const int width = index_format == 1 ? 4 : 2;
      for (uint64_t i = 0; i < count; ++i) {
        const uint64_t place = 8 + i * static_cast<uint64_t>(width);
        add(first + static_cast<uint32_t>(i), big_endian(index, place, width),
            big_endian(index, place + static_cast<uint64_t>(width), width));
      }
      break;
    }
    case 2: {
      const uint64_t length = big_endian(index, 8, 4);
      for (uint64_t i = 0; i < count; ++i) {
        add(first + static_cast<uint32_t>(i), i * length, (i + 1) * length);
      }
      break;
    }
    case 4: {
      const uint64_t listed = big_endian(index, 8, 4);
      for (uint64_t i = 0; i < listed; ++i) {
        const uint64_t place = 12 + 4 * i;
        add(big_endian(index, place, 2), big_endian(index, place + 2, 2), big_endian(index, place + 6, 2));
      }
      break;
    }
    case 5: {
      const uint64_t length = big_endian(index, 8, 4);
      const uint64_t listed = big_endian(index, 20, 4);
      for (uint64_t i = 0; i < listed; ++i) {
        add(big_endian(index, 24 + 2 * i, 2), i * length, (i + 1) * length);
      }
      break;
    }
    default:
      throw DataError("has an index of the unknown format " + std::to_string(index_format));
  }
}

Glyphs find_glyphs(Bytes font) {
  const Bytes cblc = find_table(font, "CBLC");
  const Bytes cbdt = find_table(font, "CBDT");
  const Bytes strike = largest_strike(cblc);
  const uint64_t array = big_endian(strike, 0, 4);
  const uint32_t subtables = big_endian(strike, 8, 4);
  Glyphs glyphs;
  for (uint64_t i = 0; i < subtables; ++i) {
    const uint64_t record = array + 8 * i;
    const uint32_t first = big_endian(cblc, record, 2);
    const uint32_t last = big_endian(cblc, record + 2, 2);
    const uint64_t place = array + big_endian(cblc, record + 4, 4);
    if (last < first || place > cblc.size()) throw DataError("has an index that leads nowhere");
    add_glyphs(cblc.subspan(place), first, last, cbdt, glyphs);
  }
  if (glyphs.empty()) throw DataError("has no glyph pictures");
  return glyphs;
}

/// A picture in the middle of a transparent square, BGRA.
cv::Mat pad_to_square(const cv::Mat& picture) {
  cv::Mat with_alpha;
  if (picture.channels() == 4) {
    with_alpha = picture;
  } else {
    cv::cvtColor(picture, with_alpha, picture.channels() == 1 ? cv::COLOR_GRAY2BGRA : cv::COLOR_BGR2BGRA);
  }
  const int side = std::max(picture.rows, picture.cols);
  cv::Mat square(side, side, CV_8UC4, cv::Scalar::all(0));
  with_alpha.copyTo(
      square(cv::Rect((side - picture.cols) / 2, (side - picture.rows) / 2, picture.cols, picture.rows)));
  return square;
}

/// Resizes colors weighted by their alpha, so that the color of transparent pixels does not bleed into the
/// edges.
cv::Mat resize_with_alpha(const cv::Mat& picture, int64_t size) {
  cv::Mat weighted(picture.size(), CV_32FC4);
  std::transform(picture.begin<cv::Vec4b>(), picture.end<cv::Vec4b>(), weighted.begin<cv::Vec4f>(),
                 [](const cv::Vec4b& pixel) {
                   const float alpha = pixel[3];
                   return cv::Vec4f(pixel[0] * alpha, pixel[1] * alpha, pixel[2] * alpha, alpha);
                 });
  const cv::Mat resized = resize_square(weighted, size);
  cv::Mat result(resized.size(), CV_8UC4);
  std::transform(resized.begin<cv::Vec4f>(), resized.end<cv::Vec4f>(), result.begin<cv::Vec4b>(),
                 [](const cv::Vec4f& pixel) {
                   const float alpha = pixel[3];
                   if (alpha < 0.5F) return cv::Vec4b(0, 0, 0, 0);
                   const auto color = [&](int c) { return cv::saturate_cast<uint8_t>(pixel[c] / alpha); };
                   return cv::Vec4b(color(0), color(1), color(2), cv::saturate_cast<uint8_t>(alpha));
                 });
  return result;
}

}  // namespace

bool is_font(const fs::path& source) {
  try {
    const uint32_t version = big_endian(read_file(source, kLargestFont), 0, 4);
    return version == 0x00010000 || version == four_letters("OTTO") || version == four_letters("true");
  } catch (const DataError&) {
    return false;
  }
}

PictureSource read_bitmap_font(const fs::path& source, int64_t size) {
  PictureSource result;
  result.format = "color bitmap font";
  result.classes = {"glyphs"};
  const std::string where = source.string();
  // The glyphs point into the font, so both live as long as the pictures are asked for.
  const auto font = std::make_shared<std::vector<uint8_t>>();
  std::vector<Bytes> files;
  try {
    *font = read_file(source, kLargestFont);
    for (const auto& [glyph, png] : find_glyphs(*font)) {
      const std::string number = std::to_string(glyph);
      result.names.push_back("glyph-" + std::string(5 - std::min<size_t>(5, number.size()), '0') + number);
      files.push_back(png);
    }
  } catch (const DataError& error) {
    throw DataError(where + " " + error.what() +
                    "; give a whole font with CBDT pictures, such as NotoColorEmoji.ttf");
  }
  result.labels.assign(files.size(), 0);
  result.picture = [font, files, names = result.names, where, size](int64_t i) {
    const auto place = static_cast<size_t>(i);
    try {
      const cv::Mat square = pad_to_square(decode_picture(files[place]));
      return size == 0 ? square : resize_with_alpha(square, size);
    } catch (const DataError& error) {
      throw DataError(where + ": the picture of " + names[place] + " " + error.what() +
                      "; give a whole font");
    }
  };
  return result;
}

}  // namespace ganwright
