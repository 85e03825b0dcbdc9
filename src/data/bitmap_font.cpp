#include "data/bitmap_font.h"

#include <ft2build.h>
#include FT_FREETYPE_H

#include <algorithm>
#include <array>
#include <fstream>
#include <memory>
#include <mutex>
#include <opencv2/core.hpp>
#include <span>
#include <string_view>
#include <system_error>
#include <vector>

#include "data/picture.h"
#include "errors.h"
#include "files/bytes.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestFont = uint64_t{1} << 29;

struct CloseLibrary {
  void operator()(FT_Library library) const { FT_Done_FreeType(library); }
};
struct CloseFace {
  void operator()(FT_Face face) const { FT_Done_Face(face); }
};

std::string reason_of(FT_Error error) {
  const char* const text = FT_Error_String(error);  // only in some builds of FreeType
  return text != nullptr ? text : "FreeType error " + std::to_string(error);
}

/// The color bitmaps of a font at its largest size.
class BitmapFont {
 public:
  /// Throws DataError with the bare reason, as do the other functions.
  explicit BitmapFont(const fs::path& path) : bytes_(read_file(path, kLargestFont)) {
    FT_Library library = nullptr;
    if (FT_Init_FreeType(&library) != 0) {
      throw DataError("cannot be read: FreeType does not start");
    }
    library_.reset(library);
    FT_Face face = nullptr;
    if (const FT_Error error =
            FT_New_Memory_Face(library, bytes_.data(), static_cast<FT_Long>(bytes_.size()), 0, &face)) {
      if (error == FT_Err_Locations_Missing) {  // of outlines, which are looked for where bitmaps lack
        throw DataError("has no color bitmaps");
      }
      throw DataError("is not a complete font (" + reason_of(error) + ")");
    }
    face_.reset(face);
    const std::span sizes(face->available_sizes, static_cast<size_t>(face->num_fixed_sizes));
    if (!FT_HAS_COLOR(face) || sizes.empty()) {
      throw DataError("has no color bitmaps");
    }
    const auto largest = std::max_element(sizes.begin(), sizes.end(),
                                          [](const auto& a, const auto& b) { return a.y_ppem < b.y_ppem; });
    if (const FT_Error error = FT_Select_Size(face, static_cast<FT_Int>(largest - sizes.begin()))) {
      throw DataError("has damaged color bitmaps (" + reason_of(error) + ")");
    }
  }

  /// The glyphs that have a bitmap, or should have one.
  std::vector<FT_UInt> glyphs() {
    std::vector<FT_UInt> glyphs;
    for (FT_UInt glyph = 0; glyph < static_cast<FT_UInt>(face_->num_glyphs); ++glyph) {
      const FT_Error error = FT_Load_Glyph(face_.get(), glyph, FT_LOAD_COLOR | FT_LOAD_BITMAP_METRICS_ONLY);
      if (error != 0 || (face_->glyph->bitmap.width > 0 && face_->glyph->bitmap.rows > 0)) {
        glyphs.push_back(glyph);
      }
    }
    return glyphs;
  }

  /// The bitmap of a glyph, BGRA, its colors multiplied by its alpha. May be called from several threads.
  cv::Mat bitmap(FT_UInt glyph) {
    const std::lock_guard lock(mutex_);
    if (const FT_Error error = FT_Load_Glyph(face_.get(), glyph, FT_LOAD_COLOR)) {
      throw DataError("cannot be decoded (" + reason_of(error) + ")");
    }
    const FT_Bitmap& bitmap = face_->glyph->bitmap;
    if (bitmap.pixel_mode != FT_PIXEL_MODE_BGRA) {
      throw DataError("has no colors");
    }
    return cv::Mat(static_cast<int>(bitmap.rows), static_cast<int>(bitmap.width), CV_8UC4, bitmap.buffer,
                   static_cast<size_t>(bitmap.pitch))
        .clone();
  }

 private:
  std::vector<uint8_t> bytes_;
  std::unique_ptr<FT_LibraryRec_, CloseLibrary> library_;
  std::unique_ptr<FT_FaceRec_, CloseFace> face_;
  std::mutex mutex_;
};

/// In the middle of a transparent square.
cv::Mat padded_to_square(const cv::Mat& picture) {
  const int side = std::max(picture.rows, picture.cols);
  cv::Mat square(side, side, CV_8UC4, cv::Scalar::all(0));
  picture.copyTo(
      square(cv::Rect((side - picture.cols) / 2, (side - picture.rows) / 2, picture.cols, picture.rows)));
  return square;
}

/// From colors that are multiplied by alpha to colors as they are, 8 bits.
cv::Mat without_alpha_in_colors(const cv::Mat& weighted) {
  cv::Mat result(weighted.size(), CV_8UC4);
  std::transform(weighted.begin<cv::Vec4f>(), weighted.end<cv::Vec4f>(), result.begin<cv::Vec4b>(),
                 [](const cv::Vec4f& pixel) {
                   const float alpha = pixel[3];
                   if (alpha < 0.5F) return cv::Vec4b(0, 0, 0, 0);
                   const auto color = [&](int c) {
                     return cv::saturate_cast<uint8_t>(255 * pixel[c] / alpha);
                   };
                   return cv::Vec4b(color(0), color(1), color(2), cv::saturate_cast<uint8_t>(alpha));
                 });
  return result;
}

}  // namespace

bool is_font(const fs::path& source) {
  std::error_code error;
  if (!fs::is_regular_file(source, error)) {
    return false;
  }
  std::array<char, 4> start{};
  std::ifstream(source, std::ios::binary).read(start.data(), start.size());
  const std::string_view letters(start.data(), start.size());
  return letters == std::string_view("\0\1\0\0", 4) || letters == "OTTO" || letters == "true";
}

PictureSource read_bitmap_font(const fs::path& source, int64_t size) {
  PictureSource result;
  result.format = "color bitmap font";
  result.classes = {"glyphs"};
  const std::string where = source.string();
  std::shared_ptr<BitmapFont> font;
  std::vector<FT_UInt> glyphs;
  try {
    font = std::make_shared<BitmapFont>(source);
    glyphs = font->glyphs();
    if (glyphs.empty()) {
      throw DataError("has no glyph pictures");
    }
  } catch (const DataError& error) {
    throw DataError(where + " " + error.what() +
                    "; give a complete font with CBDT pictures, such as NotoColorEmoji.ttf");
  }
  for (const FT_UInt glyph : glyphs) {
    const std::string number = std::to_string(glyph);
    result.names.push_back("glyph-" + std::string(5 - std::min<size_t>(5, number.size()), '0') + number);
  }
  result.labels.assign(glyphs.size(), 0);
  result.picture = [font, glyphs, names = result.names, where, size](int64_t i) {
    const auto index = static_cast<size_t>(i);
    try {
      cv::Mat weighted;
      padded_to_square(font->bitmap(glyphs[index])).convertTo(weighted, CV_32F);
      // Weighted by alpha, so that the color of transparent pixels does not bleed into the edges.
      return without_alpha_in_colors(size == 0 ? weighted : resize_square(weighted, size));
    } catch (const DataError& error) {
      throw DataError(where + ": the picture of " + names[index] + " " + error.what() +
                      "; give a complete font");
    }
  };
  return result;
}

}  // namespace ganwright
