#include "data/picture.h"

#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

#include <algorithm>
#include <opencv2/imgcodecs.hpp>

#include "data/image_folder.h"
#include "errors.h"
#include "tests/support/pictures.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using namespace test_support;

/// The pixel of the only picture in `bytes` at size 1, after every step of loading.
std::vector<int> color_of(const std::string& name, const std::vector<uint8_t>& bytes, int64_t channels = 3) {
  const TemporaryFolder folder;
  write_bytes(folder / name, bytes);
  const auto pixel =
      load(folder / "", {1, channels, {255, 255, 255}, 0.0}).pixels.flatten().to(torch::kInt32);
  return {pixel.data_ptr<int>(), pixel.data_ptr<int>() + pixel.numel()};
}

/// Why `bytes` cannot be loaded; empty where they can.
std::string fault_of(const std::string& name, const std::vector<uint8_t>& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / name, bytes);
  return message_of<DataError>([&] { load(folder / ""); });
}

std::vector<uint8_t> first_half(std::vector<uint8_t> bytes) {
  bytes.resize(bytes.size() / 2);
  return bytes;
}

cv::Mat noise_picture(int height, int width, int type = CV_8UC3) {
  cv::Mat picture(height, width, type);
  cv::randu(picture, 0, 256);
  return picture;
}

std::vector<uint8_t> png_chunk(const std::string& type, const std::vector<uint8_t>& data) {
  std::vector<uint8_t> chunk;
  append_big_endian(chunk, data.size(), 4);
  chunk.insert(chunk.end(), type.begin(), type.end());
  chunk.insert(chunk.end(), data.begin(), data.end());
  append_big_endian(chunk, crc32(0, chunk.data() + 4, static_cast<unsigned>(chunk.size() - 4)), 4);
  return chunk;
}

/// A PNG of one row with the given header fields, chunks before the pixels, and samples.
std::vector<uint8_t> png_row(uint32_t width, uint8_t depth, uint8_t color_type,
                             const std::vector<uint8_t>& chunks, const std::vector<uint8_t>& samples) {
  std::vector<uint8_t> header;
  append_big_endian(header, width, 4);
  append_big_endian(header, 1, 4);
  header.insert(header.end(), {depth, color_type, 0, 0, 0});
  std::vector<uint8_t> row{0};
  row.insert(row.end(), samples.begin(), samples.end());
  uLongf length = compressBound(row.size());
  std::vector<uint8_t> packed(length);
  compress(packed.data(), &length, row.data(), row.size());
  packed.resize(length);
  std::vector<uint8_t> png{0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
  for (const auto& part :
       {png_chunk("IHDR", header), chunks, png_chunk("IDAT", packed), png_chunk("IEND", {})}) {
    png.insert(png.end(), part.begin(), part.end());
  }
  return png;
}

std::vector<uint8_t> exif(uint8_t orientation) {
  return {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, orientation, 0, 0, 0, 0, 0, 0};
}

std::vector<uint8_t> with_exif(std::vector<uint8_t> jpeg, uint8_t orientation) {
  const auto tags = exif(orientation);
  std::vector<uint8_t> segment{0xFF, 0xE1, 0, static_cast<uint8_t>(8 + tags.size()), 'E', 'x', 'i',
                               'f',  0,    0};
  segment.insert(segment.end(), tags.begin(), tags.end());
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  return jpeg;
}

TEST(Decoding, ReadsEveryFormatAsRgb) {
  const cv::Mat picture = plain(16, 16, {30, 120, 210});
  for (const char* extension : {".png", ".bmp", ".tif", ".webp", ".jpg"}) {
    const auto color = color_of(std::string("picture") + extension, encode(extension, picture));
    EXPECT_NEAR(color.at(0), 210, 2) << extension;
    EXPECT_NEAR(color.at(1), 120, 2) << extension;
    EXPECT_NEAR(color.at(2), 30, 2) << extension;
  }
}

TEST(Decoding, TrustsTheContentNotTheName) {
  EXPECT_EQ(color_of("really.jpg", encode(".png", plain(4, 4, {30, 120, 210}))),
            (std::vector<int>{210, 120, 30}));
}

TEST(Decoding, ReadsGreyAndPalettes) {
  EXPECT_EQ(color_of("grey.png", png_row(1, 8, 0, {}, {77})), (std::vector<int>{77, 77, 77}));
  EXPECT_EQ(color_of("bit.png", png_row(1, 1, 0, {}, {0x80})), (std::vector<int>{255, 255, 255}));
  const auto palette = png_chunk("PLTE", {1, 2, 3, 40, 50, 60});
  EXPECT_EQ(color_of("palette.png", png_row(1, 8, 3, palette, {1})), (std::vector<int>{40, 50, 60}));
}

TEST(Decoding, LaysTransparentPicturesOverTheBackground) {
  const TemporaryFolder folder;
  write_bytes(folder / "1-color.png", png_row(1, 8, 6, {}, {200, 100, 0, 51}));
  write_bytes(folder / "2-grey.png", png_row(1, 8, 4, {}, {200, 51}));
  auto palette = png_chunk("PLTE", {200, 100, 0});
  const auto alpha = png_chunk("tRNS", {51});
  palette.insert(palette.end(), alpha.begin(), alpha.end());
  write_bytes(folder / "3-palette.png", png_row(1, 8, 3, palette, {0}));
  write_bytes(folder / "4-clear.webp", encode(".webp", plain(4, 4, {1, 2, 3, 0}, CV_8UC4)));
  const auto pixels = load(folder / "", {1, 3, {0, 50, 250}, 0.0}).pixels.view({4, 3}).to(torch::kInt32);
  const auto expected = torch::tensor({40, 60, 200, 40, 80, 240, 40, 60, 200, 0, 50, 250}).view({4, 3});
  EXPECT_TRUE(torch::equal(pixels, expected.to(torch::kInt32))) << pixels;
}

TEST(Decoding, ScalesSixteenBitsDown) {
  EXPECT_EQ(color_of("deep.png", encode(".png", plain(2, 2, cv::Scalar::all(0x8080), CV_16UC3))),
            (std::vector<int>{128, 128, 128}));
  EXPECT_EQ(color_of("deep.tif", encode(".tif", plain(2, 2, {65535, 0, 257 * 9}, CV_16UC3))),
            (std::vector<int>{9, 0, 255}));
}

TEST(Decoding, RefusesFloatingPoint) {
  EXPECT_NE(fault_of("float.tiff", encode(".tiff", plain(4, 4, {0.5, 0.5, 0.5}, CV_32FC3)))
                .find("neither 8 nor 16"),
            std::string::npos);
}

TEST(Decoding, TakesTheLumaOfColorsForOneChannel) {
  EXPECT_EQ(color_of("red.png", encode(".png", plain(4, 4, {0, 0, 255})), 1), std::vector<int>{76});
  EXPECT_EQ(color_of("grey.png", png_row(1, 8, 0, {}, {77}), 1), std::vector<int>{77});
  EXPECT_EQ(color_of("clear.png", png_row(1, 8, 4, {}, {0, 0}), 1), std::vector<int>{255});
}

/// A picture whose quarters are 0, 80, 160 and 240, so that each orientation is another one.
cv::Mat quarters(int side) {
  cv::Mat picture = plain(side, side, cv::Scalar::all(0));
  const int half = side / 2;
  picture(cv::Rect(half, 0, half, half)).setTo(cv::Scalar::all(80));
  picture(cv::Rect(0, half, half, half)).setTo(cv::Scalar::all(160));
  picture(cv::Rect(half, half, half, half)).setTo(cv::Scalar::all(240));
  return picture;
}

std::vector<int> quarters_of(const std::string& name, const std::vector<uint8_t>& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / name, bytes);
  const auto pixels = load(folder / "", {2, 1, {}, 0.0}).pixels.flatten().to(torch::kInt32);
  std::vector<int> rounded;
  for (int i = 0; i < 4; ++i) rounded.push_back((pixels[i].item<int>() + 40) / 80);
  return rounded;
}

TEST(Decoding, TurnsPicturesAsTheirExifDataAsks) {
  const std::vector<std::vector<int>> upright = {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
                                                 {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
  const auto jpeg = encode(".jpg", quarters(16));
  auto png = encode(".png", quarters(16));
  for (uint8_t orientation = 1; orientation <= 8; ++orientation) {
    const auto& expected = upright.at(orientation - 1U);
    EXPECT_EQ(quarters_of("a.jpg", with_exif(jpeg, orientation)), expected) << int{orientation};
    auto turned = png;
    const auto chunk = png_chunk("eXIf", exif(orientation));
    constexpr int kEndOfHeader = 33;
    turned.insert(turned.begin() + kEndOfHeader, chunk.begin(), chunk.end());
    EXPECT_EQ(quarters_of("a.png", turned), expected) << int{orientation};
  }
  // A damaged orientation does no harm.
  EXPECT_EQ(quarters_of("a.jpg", with_exif(jpeg, 99)), upright.front());
}

/// A grey picture as an uncompressed TIFF file with an orientation.
std::vector<uint8_t> tiff_of(const cv::Mat& picture, uint32_t orientation) {
  const auto width = static_cast<uint32_t>(picture.cols);
  const auto height = static_cast<uint32_t>(picture.rows);
  const std::vector<std::pair<int, uint32_t>> tags = {
      {256, width}, {257, height},      {258, 8}, {259, 1},      {262, 1},
      {273, 134},   {274, orientation}, {277, 1}, {278, height}, {279, width * height}};
  std::vector<uint8_t> bytes{'M', 'M', 0, 42, 0, 0, 0, 8};
  append_big_endian(bytes, tags.size(), 2);
  for (const auto& [tag, value] : tags) {
    append_big_endian(bytes, static_cast<uint64_t>(tag), 2);
    append_big_endian(bytes, 3, 2);
    append_big_endian(bytes, 1, 4);
    append_big_endian(bytes, value, 2);
    append_big_endian(bytes, 0, 2);
  }
  append_big_endian(bytes, 0, 4);
  bytes.insert(bytes.end(), picture.datastart, picture.dataend);
  return bytes;
}

TEST(Decoding, TurnsTiffAsItsTagAsks) {
  cv::Mat grey;
  cv::extractChannel(quarters(16), grey, 0);
  const std::vector<std::vector<int>> upright = {{0, 1, 2, 3}, {1, 0, 3, 2}, {3, 2, 1, 0}, {2, 3, 0, 1},
                                                 {0, 2, 1, 3}, {2, 0, 3, 1}, {3, 1, 2, 0}, {1, 3, 0, 2}};
  for (uint32_t orientation = 1; orientation <= 8; ++orientation) {
    EXPECT_EQ(quarters_of("a.tif", tiff_of(grey, orientation)), upright.at(orientation - 1)) << orientation;
  }
}

TEST(Decoding, CutsTheCentralSquareOfAnyAspect) {
  const TemporaryFolder folder;
  cv::Mat wide = plain(10, 90, {0, 0, 0});
  wide(cv::Rect(40, 0, 10, 10)).setTo(cv::Scalar::all(200));
  cv::Mat tall;
  cv::transpose(wide, tall);
  write_bytes(folder / "1.png", encode(".png", wide));
  write_bytes(folder / "2.png", encode(".png", tall));
  write_bytes(folder / "3.png", encode(".png", plain(1, 300, cv::Scalar::all(200))));
  EXPECT_TRUE((load(folder / "", {5, 3, {}, 0.0}).pixels == 200).all().item<bool>());
}

TEST(Decoding, AveragesAreasWhenItShrinks) {
  cv::Mat stripes = plain(64, 64, {0, 0, 0});
  for (int x = 0; x < 64; x += 4) stripes.col(x).setTo(cv::Scalar::all(200));
  EXPECT_EQ(color_of("stripes.png", encode(".png", stripes)), (std::vector<int>{50, 50, 50}));
}

TEST(Decoding, EnlargesSmallPictures) {
  const TemporaryFolder folder;
  write_bytes(folder / "dot.png", encode(".png", plain(1, 1, cv::Scalar::all(9))));
  EXPECT_TRUE((load(folder / "", {64, 3, {}, 0.0}).pixels == 9).all().item<bool>());
}

TEST(Decoding, ShrinksLargeJpegsAsItWouldShrinkTheirPixels) {
  const TemporaryFolder folder;
  cv::Mat smooth(900, 700, CV_8UC3);
  for (int y = 0; y < smooth.rows; ++y) {
    for (int x = 0; x < smooth.cols; ++x)
      smooth.at<cv::Vec3b>(y, x) = cv::Vec3b::all(static_cast<uint8_t>((x + y) / 7));
  }
  const auto jpeg = encode(".jpg", smooth, {cv::IMWRITE_JPEG_QUALITY, 100});
  write_bytes(folder / "1.jpg", jpeg);
  write_bytes(folder / "2.png", encode(".png", cv::imdecode(jpeg, cv::IMREAD_COLOR)));
  const auto pixels = load(folder / "", {32, 3, {}, 0.0}).pixels.to(torch::kInt32);
  EXPECT_LE((pixels[0] - pixels[1]).abs().max().item<int>(), 2);
}

TEST(Unreadable, TruncatedFilesOfEveryFormat) {
  for (const char* extension : {".png", ".jpg", ".webp", ".bmp", ".tif"}) {
    const auto whole = encode(extension, noise_picture(64, 64));
    EXPECT_EQ(fault_of(std::string("a") + extension, whole), "") << extension;
    EXPECT_NE(fault_of(std::string("a") + extension, first_half(whole)), "") << extension;
    for (size_t length : {size_t{1}, size_t{12}, size_t{40}, whole.size() - 20}) {
      EXPECT_NE(
          fault_of(std::string("a") + extension, {whole.begin(), whole.begin() + static_cast<long>(length)}),
          "")
          << extension << " cut to " << length;
    }
  }
}

TEST(Unreadable, TruncatedJpegWithAThumbnailThatIsWhole) {
  auto jpeg = encode(".jpg", noise_picture(64, 64));
  const auto thumbnail = encode(".jpg", noise_picture(8, 8));
  std::vector<uint8_t> segment{0xFF, 0xE1};
  append_big_endian(segment, thumbnail.size() + 2, 2);
  segment.insert(segment.end(), thumbnail.begin(), thumbnail.end());
  jpeg.insert(jpeg.begin() + 2, segment.begin(), segment.end());
  EXPECT_EQ(fault_of("a.jpg", jpeg), "");
  jpeg.resize(jpeg.size() - 100);
  EXPECT_NE(fault_of("a.jpg", jpeg).find("ends too early"), std::string::npos);
}

TEST(Unreadable, DamagedPng) {
  auto png = encode(".png", noise_picture(64, 64));
  png[png.size() / 2] ^= 1;
  EXPECT_NE(fault_of("a.png", png).find("wrong checksum"), std::string::npos);
}

TEST(Unreadable, EmptyFilesTextFoldersAndBrokenLinks) {
  EXPECT_NE(fault_of("a.png", {}).find("a.png: is empty"), std::string::npos);
  EXPECT_NE(fault_of("a.png", {'h', 'e', 'l', 'l', 'o'}).find("is not a PNG"), std::string::npos);
  const TemporaryFolder folder;
  fs::create_directory(folder / "x.png");
  EXPECT_NE(message_of<DataError>([&] { load(folder / ""); }).find("x.png: is a folder"), std::string::npos);
  fs::remove(folder / "x.png");
  fs::create_symlink("nowhere", folder / "x.png");
  EXPECT_NE(message_of<DataError>([&] { load(folder / ""); }).find("No such file"), std::string::npos);
}

TEST(Unreadable, NamedPipeDoesNotBlock) {
  const TemporaryFolder folder;
  ASSERT_EQ(mkfifo((folder / "x.png").c_str(), 0600), 0);
  EXPECT_NE(message_of<DataError>([&] { load(folder / ""); }).find("not a regular file"), std::string::npos);
}

TEST(Unreadable, PictureBombsAreNotAllocated) {
  std::vector<uint8_t> row(1, 0);
  auto png = png_row(1, 8, 2, {}, row);
  std::vector<uint8_t> header;
  append_big_endian(header, 30000, 4);
  append_big_endian(header, 30000, 4);
  header.insert(header.end(), {8, 2, 0, 0, 0});
  const auto chunk = png_chunk("IHDR", header);
  std::copy(chunk.begin(), chunk.end(), png.begin() + 8);
  EXPECT_NE(fault_of("a.png", png).find("too large: 30000x30000"), std::string::npos);
  auto bmp = encode(".bmp", noise_picture(4, 4));
  bmp[19] = bmp[20] = bmp[23] = bmp[24] = 0x7F;
  EXPECT_NE(fault_of("a.bmp", bmp).find("too large"), std::string::npos);
}

TEST(Unreadable, ForbiddenFiles) {
  const TemporaryFolder folder;
  write_bytes(folder / "x.png", encode(".png", plain(4, 4, {})));
  fs::permissions(folder / "", fs::perms::owner_all | fs::perms::others_read | fs::perms::others_exec);
  fs::permissions(folder / "x.png", fs::perms::none);
  constexpr uid_t kNobody = 65534;
  // Root may read everything, so it acts as nobody meanwhile.
  const uid_t user = geteuid();
  const bool acted = user != 0 || seteuid(kNobody) == 0;
  const auto message = message_of<DataError>([&] { load(folder / ""); });
  ASSERT_TRUE(acted && (user != 0 || seteuid(0) == 0));
  EXPECT_NE(message.find("Permission denied"), std::string::npos) << message;
}

}  // namespace
}  // namespace ganwright
