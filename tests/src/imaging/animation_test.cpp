#include "imaging/animation.h"

#include <gif_lib.h>
#include <gtest/gtest.h>

#include <memory>
#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>
#include <string>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::read_file;
using test_support::TemporaryFolder;

using Gif = std::unique_ptr<GifFileType, void (*)(GifFileType*)>;

Gif read_gif(const std::filesystem::path& path) {
  Gif file(DGifOpenFileName(path.c_str(), nullptr), [](GifFileType* gif) { DGifCloseFile(gif, nullptr); });
  EXPECT_TRUE(file);
  EXPECT_EQ(DGifSlurp(file.get()), GIF_OK);
  return file;
}

cv::Mat frame_of(const GifFileType& gif, int number) {
  const SavedImage& image = gif.SavedImages[number];
  cv::Mat frame(image.ImageDesc.Height, image.ImageDesc.Width, CV_8UC3);
  for (int i = 0; i < frame.rows * frame.cols; ++i) {
    const GifColorType& color = gif.SColorMap->Colors[image.RasterBits[i]];
    frame.at<cv::Vec3b>(i / frame.cols, i % frame.cols) = {color.Blue, color.Green, color.Red};
  }
  return frame;
}

// Smooth colors that move.
std::vector<cv::Mat> gradients(int count, int height, int width) {
  std::vector<cv::Mat> frames;
  for (int i = 0; i < count; ++i) {
    cv::Mat frame(height, width, CV_8UC3);
    for (int row = 0; row < height; ++row) {
      for (int column = 0; column < width; ++column) {
        frame.at<cv::Vec3b>(row, column) =
            cv::Vec3b(static_cast<uchar>(row * 255 / height), static_cast<uchar>(column * 255 / width),
                      static_cast<uchar>(i * 255 / count));
      }
    }
    frames.push_back(frame);
  }
  return frames;
}

TEST(WriteGif, KeepsEveryGreyAndRepeatsWithoutEnd) {
  const TemporaryFolder folder;
  Animation animation;
  for (int i = 0; i < 5; ++i) {
    cv::Mat frame(7, 9, CV_8UC1);
    cv::randu(frame, 0, 256);
    animation.frames.push_back(frame);
  }
  animation.frames_per_second = 20;
  write_gif(folder / "grey.gif", animation);
  const Gif gif = read_gif(folder / "grey.gif");
  ASSERT_EQ(gif->ImageCount, 5);
  for (int i = 0; i < 5; ++i) {
    cv::Mat expected;
    cv::cvtColor(animation.frames[static_cast<size_t>(i)], expected, cv::COLOR_GRAY2BGR);
    EXPECT_EQ(cv::norm(frame_of(*gif, i), expected, cv::NORM_INF), 0);
    GraphicsControlBlock control;
    ASSERT_EQ(DGifSavedExtensionToGCB(gif.get(), i, &control), GIF_OK);
    EXPECT_EQ(control.DelayTime, 5);
  }
  EXPECT_NE(read_file(folder / "grey.gif").find(std::string("NETSCAPE2.0\x03\x01\x00\x00", 15)),
            std::string::npos);
}

TEST(WriteGif, ChoosesColorsNearThoseOfAllFrames) {
  const TemporaryFolder folder;
  const Animation animation{gradients(6, 40, 50), 10};
  write_gif(folder / "color.gif", animation);
  const Gif gif = read_gif(folder / "color.gif");
  ASSERT_EQ(gif->ImageCount, 6);
  for (int i = 0; i < 6; ++i) {
    const cv::Mat& frame = animation.frames[static_cast<size_t>(i)];
    const double error =
        cv::norm(frame_of(*gif, i), frame, cv::NORM_L1) / static_cast<double>(frame.total() * 3);
    EXPECT_LT(error, 12) << i;
  }
}

TEST(WriteGif, OfFewColorsKeepsThemNearly) {
  const TemporaryFolder folder;
  const Animation animation{
      {cv::Mat(8, 8, CV_8UC3, cv::Scalar(10, 200, 90)), cv::Mat(8, 8, CV_8UC3, cv::Scalar(255, 0, 3))}, 10};
  write_gif(folder / "two.gif", animation);
  const Gif gif = read_gif(folder / "two.gif");
  EXPECT_LE(cv::norm(frame_of(*gif, 0), animation.frames[0], cv::NORM_INF), 1);
  EXPECT_LE(cv::norm(frame_of(*gif, 1), animation.frames[1], cv::NORM_INF), 1);
}

TEST(WriteGif, IsTheSameFileForTheSameFrames) {
  const TemporaryFolder folder;
  write_gif(folder / "a.gif", {gradients(3, 20, 20), 10});
  write_gif(folder / "b.gif", {gradients(3, 20, 20), 10});
  EXPECT_EQ(read_file(folder / "a.gif"), read_file(folder / "b.gif"));
}

// The number of pictures that the index of an MP4 file speaks of.
int64_t pictures_in(const std::string& mp4) {
  const size_t table = mp4.find("stsz");
  if (table == std::string::npos) {
    return -1;
  }
  int64_t count = 0;
  for (size_t i = table + 12; i < table + 16; ++i) {
    count = count * 256 + static_cast<unsigned char>(mp4[i]);
  }
  return count;
}

TEST(WriteMp4, HoldsEveryFrameOfEveryShape) {
  try {
    require_mp4();
  } catch (const OutputError& error) {
    GTEST_SKIP() << error.what();
  }
  const TemporaryFolder folder;
  for (const auto& [height, width] : {std::pair(64, 48), {65, 49}, {2, 2}}) {
    write_mp4(folder / "color.mp4", {gradients(12, height, width), 24});
    const std::string bytes = read_file(folder / "color.mp4");
    EXPECT_EQ(bytes.substr(4, 4), "ftyp");
    EXPECT_EQ(pictures_in(bytes), 12) << height << " x " << width;
  }
  write_mp4(folder / "grey.mp4", {std::vector<cv::Mat>(3, cv::Mat(32, 32, CV_8UC1, cv::Scalar(100))), 5});
  EXPECT_EQ(pictures_in(read_file(folder / "grey.mp4")), 3);
  EXPECT_FALSE(std::filesystem::exists(folder / "grey.mp4.partial.mp4"));
  EXPECT_THROW(write_mp4(folder / "missing" / "x.mp4", {gradients(2, 32, 32), 5}), WriteError);
}

TEST(WriteAnimation, RefusesFramesThatDoNotFit) {
  const TemporaryFolder folder;
  EXPECT_THROW(write_gif(folder / "x.gif", {}), UsageError);
  EXPECT_THROW(write_gif(folder / "x.gif", {{cv::Mat::zeros(4, 4, CV_8U), cv::Mat::zeros(4, 5, CV_8U)}, 9}),
               UsageError);
  EXPECT_THROW(write_gif(folder / "x.gif", {{cv::Mat::zeros(4, 4, CV_8U), cv::Mat::zeros(4, 4, CV_8UC3)}, 9}),
               UsageError);
  EXPECT_FALSE(std::filesystem::exists(folder / "x.gif"));
}

}  // namespace
}  // namespace ganwright
