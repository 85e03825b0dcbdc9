#include "data/bitmap_font.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <opencv2/imgcodecs.hpp>
#include <random>

#include "data/import.h"
#include "errors.h"
#include "tests/support/pictures.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;
using Table = std::vector<uint8_t>;

const char* const kRealFont = "/usr/share/fonts/truetype/noto/NotoColorEmoji.ttf";

struct Picture {
  uint16_t glyph;
  cv::Mat pixels;
};

Table joined(std::initializer_list<Table> parts) {
  Table whole;
  for (const auto& part : parts) whole.insert(whole.end(), part.begin(), part.end());
  return whole;
}

Table number(uint64_t value, int width) {
  Table bytes;
  append_big_endian(bytes, value, width);
  return bytes;
}

Table small_metrics(int height, int width) {
  return joined(
      {number(static_cast<uint64_t>(height), 1), number(static_cast<uint64_t>(width), 1), Table(3)});
}

Table big_metrics(int height, int width) {
  return joined({small_metrics(height, width), Table(3)});
}

Table image_record(const cv::Mat& picture, uint16_t format) {
  const Table png = encode(".png", picture);
  const Table metrics = format == 17   ? small_metrics(picture.rows, picture.cols)
                        : format == 18 ? big_metrics(picture.rows, picture.cols)
                                       : Table();
  return joined({metrics, number(png.size(), 4), png});
}

struct NamedTable {
  std::string name;
  Table content;
};

Table font_with(const std::vector<NamedTable>& tables) {
  Table directory = joined({number(0x00010000, 4), number(tables.size(), 2), Table(6)});
  Table contents;
  for (const NamedTable& table : tables) {
    directory.insert(directory.end(), table.name.begin(), table.name.end());
    const size_t offset = 12 + 16 * tables.size() + contents.size();
    for (const Table& part : {Table(4), number(offset, 4), number(table.content.size(), 4)}) {
      directory.insert(directory.end(), part.begin(), part.end());
    }
    contents.insert(contents.end(), table.content.begin(), table.content.end());
  }
  return joined({directory, contents});
}

/// A font of one strike with one index subtable of the given format over pictures of consecutive glyphs
/// (format 1, 2, 3) or of any (4, 5), all of one length where the format asks for it.
Table font_of(const std::vector<Picture>& pictures, uint16_t index_format, uint16_t image_format) {
  const bool is_of_one_length = index_format == 2 || index_format == 5;
  size_t longest = 0;
  for (const auto& picture : pictures) {
    longest = std::max(longest, image_record(picture.pixels, image_format).size());
  }
  Table cbdt = joined({number(3, 2), number(0, 2)});
  std::vector<size_t> ends{0};
  for (const auto& picture : pictures) {
    Table record = image_record(picture.pixels, image_format);
    if (is_of_one_length) record.resize(longest);
    cbdt.insert(cbdt.end(), record.begin(), record.end());
    ends.push_back(ends.back() + record.size());
  }

  Table index = joined({number(index_format, 2), number(image_format, 2), number(4, 4)});
  const auto add = [&](uint64_t value, int width) { append_big_endian(index, value, width); };
  if (is_of_one_length) {
    add(longest, 4);
    index = joined({index, big_metrics(6, 6)});
  }
  if (index_format == 4 || index_format == 5) add(pictures.size(), 4);
  for (size_t i = 0; i < pictures.size(); ++i) {
    if (index_format == 4 || index_format == 5) add(pictures[i].glyph, 2);
    if (index_format == 1) add(ends[i], 4);
    if (index_format == 3 || index_format == 4) add(ends[i], 2);
  }
  if (index_format == 1) add(ends.back(), 4);
  if (index_format == 3) add(ends.back(), 2);
  if (index_format == 4) {
    add(0, 2);
    add(ends.back(), 2);
  }

  const uint16_t first = pictures.front().glyph;
  const uint16_t last = pictures.back().glyph;
  const Table strike = joined({number(56, 4), number(8 + index.size(), 4), number(1, 4), Table(28),
                               number(first, 2), number(last, 2), Table{109, 109, 32, 1}});
  const Table cblc = joined({number(3, 2), number(0, 2), number(1, 4), strike, number(first, 2),
                             number(last, 2), number(8, 4), index});
  const Table head =
      joined({number(0x00010000, 4), Table(8), number(0x5F0F3CF5, 4), Table(2), number(1000, 2), Table(34)});
  const Table maxp = joined({number(0x00005000, 4), number(last + 1U, 2)});
  const Table hhea = joined({number(0x00010000, 4), Table(30), number(1, 2)});
  const Table hmtx(4 + size_t{2} * last);
  return font_with(
      {{"head", head}, {"maxp", maxp}, {"hhea", hhea}, {"hmtx", hmtx}, {"CBDT", cbdt}, {"CBLC", cblc}});
}

/// Where the content of a table begins.
size_t start_of(const Table& font, const std::string& name) {
  const auto entry = std::search(font.begin(), font.end(), name.begin(), name.end());
  const auto byte = [&](int i) { return static_cast<size_t>(entry[8 + i]); };
  return byte(0) << 24 | byte(1) << 16 | byte(2) << 8 | byte(3);
}

std::vector<Picture> two_pictures() {
  return {{41, plain(4, 6, {10, 20, 30, 255}, CV_8UC4)}, {42, plain(6, 4, {40, 50, 60, 128}, CV_8UC4)}};
}

std::vector<Picture> two_squares() {
  return {{41, plain(6, 6, {10, 20, 30, 255}, CV_8UC4)}, {42, plain(6, 6, {40, 50, 60, 128}, CV_8UC4)}};
}

PictureSource read(const Table& font, int64_t size = 0) {
  const TemporaryFolder folder;
  write_bytes(folder / "font.ttf", font);
  return read_bitmap_font(folder / "font.ttf", size);
}

TEST(BitmapFont, ReadsEveryIndexAndImageFormat) {
  constexpr std::array<std::pair<uint16_t, uint16_t>, 12> formats{{{1, 17},
                                                                   {2, 17},
                                                                   {3, 17},
                                                                   {4, 17},
                                                                   {5, 17},
                                                                   {1, 18},
                                                                   {2, 18},
                                                                   {3, 18},
                                                                   {4, 18},
                                                                   {5, 18},
                                                                   {2, 19},
                                                                   {5, 19}}};
  for (const auto& [index_format, image_format] : formats) {
    // Format 19 leaves sizes to the index, which has one for all.
    const PictureSource source =
        read(font_of(image_format == 19 ? two_squares() : two_pictures(), index_format, image_format));
    ASSERT_EQ(source.names, (std::vector<std::string>{"glyph-00041", "glyph-00042"})) << index_format;
    EXPECT_EQ(source.labels, (std::vector<int64_t>{0, 0}));
    EXPECT_EQ(source.picture(0).at<cv::Vec4b>(3, 3), cv::Vec4b(10, 20, 30, 255));
    EXPECT_EQ(source.picture(1).at<cv::Vec4b>(3, 3), cv::Vec4b(40, 50, 60, 128));
  }
}

TEST(BitmapFont, PadsToACenteredSquareWithTransparency) {
  const PictureSource source = read(font_of(two_pictures(), 1, 17));
  const cv::Mat wide = source.picture(0);
  ASSERT_EQ(wide.size(), cv::Size(6, 6));
  cv::Mat alpha;
  cv::extractChannel(wide, alpha, 3);
  EXPECT_EQ(cv::countNonZero(alpha), 4 * 6);
  EXPECT_EQ(cv::countNonZero(alpha.row(0)), 0);
  EXPECT_EQ(cv::countNonZero(alpha.row(5)), 0);
}

TEST(BitmapFont, ResizesWithoutBleedingTheColorOfTransparentPixels) {
  cv::Mat picture = plain(8, 8, {255, 255, 255, 0}, CV_8UC4);
  picture(cv::Rect(0, 0, 5, 8)).setTo(cv::Scalar(0, 0, 200, 255));
  const PictureSource source = read(font_of({{1, picture}}, 1, 17), 2);
  const cv::Mat small = source.picture(0);
  ASSERT_EQ(small.size(), cv::Size(2, 2));
  EXPECT_EQ(small.at<cv::Vec4b>(0, 0), cv::Vec4b(0, 0, 200, 255));
  EXPECT_EQ(small.at<cv::Vec4b>(0, 1), cv::Vec4b(0, 0, 200, 64));
}

TEST(BitmapFont, IsWrittenByTheImport) {
  const TemporaryFolder folder;
  write_bytes(folder / "font.ttf", font_of(two_pictures(), 1, 17));
  const ImportResult result =
      import_pictures({folder / "font.ttf", folder / "out", ImportSplit::train, 1, 3});
  EXPECT_EQ(result.pictures, 1);
  EXPECT_EQ(result.format, "color bitmap font");
  EXPECT_EQ(cv::imread((folder / "out/glyphs/glyph-00041.png").string(), cv::IMREAD_UNCHANGED).type(),
            CV_8UC4);
}

TEST(BitmapFont, RefusesAFontWithoutColorBitmapsOrOfUnknownFormats) {
  const auto message = [](const Table& font) { return message_of<DataError>([&] { read(font); }); };
  EXPECT_NE(message(font_with({{"head", Table(54)}})).find("is not a complete font"), std::string::npos);
  Table font = font_of(two_pictures(), 1, 17);
  const std::string name = "CBDT";
  *std::search(font.begin(), font.end(), name.begin(), name.end()) = 'X';
  EXPECT_NE(message(font).find("has no color bitmaps"), std::string::npos) << message(font);
  EXPECT_NE(message(font_of(two_pictures(), 9, 17)).find("has no glyph pictures"), std::string::npos);
}

TEST(BitmapFont, ADamagedPictureNamesItsGlyph) {
  Table font = font_of(two_pictures(), 1, 17);
  font[start_of(font, "CBDT") + 4 + 5 + 4 + 20] ^= 0xFF;
  const PictureSource source = read(font);
  const std::string message = message_of<DataError>([&] { source.picture(0); });
  EXPECT_NE(message.find("glyph-00041 cannot be decoded"), std::string::npos) << message;
  EXPECT_NO_THROW(source.picture(1));
}

/// Reads everything that a font offers; true where it was refused, and only ever with DataError.
bool refused(const Table& font) {
  try {
    const PictureSource source = read(font, 8);
    for (size_t i = 0; i < source.names.size(); ++i) source.picture(static_cast<int64_t>(i));
  } catch (const DataError&) {
    return true;
  }
  return false;
}

TEST(HostileFont, IsRefusedWhereverItIsCut) {
  for (const uint16_t format : {1, 2, 3, 4, 5}) {
    const Table font = font_of(two_pictures(), format, 17);
    for (size_t length = 0; length < font.size(); length += 3) {
      EXPECT_TRUE(refused({font.begin(), font.begin() + static_cast<long>(length)}))
          << format << " cut to " << length;
    }
  }
}

TEST(HostileFont, NoNumberInItLeadsOutside) {
  int refusals = 0;
  for (const uint16_t format : {1, 2, 3, 4, 5}) {
    const Table font = font_of(two_pictures(), format, 17);
    // Every field begins at an even place.
    for (size_t place = 0; place + 4 <= font.size(); place += 2) {
      for (const uint32_t value : {0U, 1U, 0x7FFFFFFFU, 0xFFFFFFFFU}) {
        Table damaged = font;
        for (size_t i = 0; i < 4; ++i) damaged[place + i] = static_cast<uint8_t>(value >> (8 * (3 - i)));
        refusals += refused(damaged) ? 1 : 0;
      }
    }
  }
  EXPECT_GT(refusals, 500);
}

TEST(RealEmojiFont, GivesItsPictures) {
  if (!fs::exists(kRealFont)) GTEST_SKIP() << "Debian's fonts-noto-color-emoji is not installed";
  const PictureSource source = read_bitmap_font(kRealFont, 0);
  EXPECT_GT(source.names.size(), 3000);
  const cv::Mat picture = source.picture(100);
  EXPECT_EQ(picture.size(), cv::Size(136, 136));
  EXPECT_EQ(picture.type(), CV_8UC4);
}

TEST(RealEmojiFont, SurvivesRandomDamage) {
  if (!fs::exists(kRealFont)) GTEST_SKIP() << "Debian's fonts-noto-color-emoji is not installed";
  const TemporaryFolder folder;
  const Table font = read_bytes(kRealFont);
  std::mt19937 random(1);
  int refusals = 0;
  for (int attempt = 0; attempt < 20; ++attempt) {
    Table damaged = font;
    // The directory of tables, and the index that follows it in this font.
    for (int i = 0; i < 8; ++i) damaged[random() % 4096] = static_cast<uint8_t>(random());
    write_bytes(folder / "font.ttf", damaged);
    const auto message = message_of<DataError>([&] { read_bitmap_font(folder / "font.ttf", 0); });
    refusals += message.empty() ? 0 : 1;
  }
  EXPECT_GT(refusals, 0);
}

}  // namespace
}  // namespace ganwright
