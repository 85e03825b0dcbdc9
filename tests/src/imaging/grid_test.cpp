#include "imaging/grid.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <opencv2/imgcodecs.hpp>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::FileSizeLimit;
using test_support::TemporaryFolder;

TEST(ToBytes, MapsTheRangeAndClampsWhatLiesOutside) {
  const auto nan = std::numeric_limits<float>::quiet_NaN();
  const auto infinity = std::numeric_limits<float>::infinity();
  const auto bytes = to_bytes(torch::tensor({-1.F, 0.F, 1.F, -7.F, 7.F, nan, infinity, -infinity}));
  EXPECT_TRUE(torch::equal(bytes, torch::tensor({0, 128, 255, 0, 255, 0, 255, 0}, torch::kUInt8))) << bytes;
}

TEST(ToBytes, InvertsTheUsualNormalization) {
  const auto all = torch::arange(256).to(torch::kUInt8);
  EXPECT_TRUE(torch::equal(to_bytes(all.to(torch::kFloat32) / 127.5 - 1), all));
  EXPECT_TRUE(torch::equal(to_bytes(all), all));
}

TEST(ToBytes, RefusesOtherNumbers) {
  EXPECT_THROW(to_bytes(torch::zeros({2}, torch::kInt64)), UsageError);
}

TEST(ImageGrid, PutsPicturesRowByRowAndLeavesEmptyCellsGrey) {
  const auto images = torch::tensor({10, 20, 30}, torch::kUInt8).view({3, 1, 1, 1}).expand({3, 1, 2, 3});
  const cv::Mat grid = image_grid(images, 2, 1);
  ASSERT_EQ(grid.size(), cv::Size(6, 4));
  ASSERT_EQ(grid.type(), CV_8UC1);
  EXPECT_EQ(grid.at<uint8_t>(1, 2), 10);
  EXPECT_EQ(grid.at<uint8_t>(0, 3), 20);
  EXPECT_EQ(grid.at<uint8_t>(3, 0), 30);
  EXPECT_EQ(grid.at<uint8_t>(2, 3), 128);
}

TEST(ImageGrid, TurnsRgbIntoTheOrderOfOpenCV) {
  const auto red = torch::tensor({1.F, -1.F, 0.F}).view({1, 3, 1, 1});
  EXPECT_EQ(image_grid(red, 1, 1).at<cv::Vec3b>(0, 0), cv::Vec3b(128, 0, 255));
}

TEST(ImageGrid, IsNearlySquareAndEnlargesSmallPicturesByAWholeFactor) {
  const auto images = torch::arange(10 * 32 * 32).remainder(256).to(torch::kUInt8).view({10, 1, 32, 32});
  const cv::Mat grid = image_grid(images);
  ASSERT_EQ(grid.size(), cv::Size(4 * 64, 3 * 64));
  // Every pixel becomes a block of equal pixels: nothing is interpolated.
  for (int y = 0; y < 64; ++y) {
    for (int x = 0; x < 64; ++x) {
      ASSERT_EQ(grid.at<uint8_t>(y, x), images[0][0][y / 2][x / 2].item<uint8_t>());
    }
  }
}

TEST(ImageGrid, LeavesLargePicturesAndLargeGridsAsTheyAre) {
  EXPECT_EQ(image_grid(torch::zeros({1, 3, 128, 128})).size(), cv::Size(128, 128));
  EXPECT_EQ(image_grid(torch::zeros({4096, 1, 32, 32})).size(), cv::Size(2048, 2048));
}

TEST(ImageGrid, RefusesOtherShapes) {
  EXPECT_THROW(image_grid(torch::zeros({3, 8, 8})), UsageError);
  EXPECT_THROW(image_grid(torch::zeros({1, 2, 8, 8})), UsageError);
  EXPECT_THROW(image_grid(torch::zeros({0, 3, 8, 8})), UsageError);
  EXPECT_THROW(image_grid(torch::zeros({1, 3, 8, 8}), -1), UsageError);
}

TEST(WritePng, KeepsEveryPixel) {
  const TemporaryFolder folder;
  const cv::Mat grid = image_grid(torch::randint(256, {5, 3, 9, 9}).to(torch::kUInt8));
  write_png(folder / "grid.png", grid);
  EXPECT_EQ(cv::norm(cv::imread((folder / "grid.png").string()), grid, cv::NORM_INF), 0);
}

TEST(WritePng, FailsWithTheReasonAndKeepsThePreviousFile) {
  const TemporaryFolder folder;
  const cv::Mat first = image_grid(torch::zeros({1, 3, 8, 8}));
  write_png(folder / "grid.png", first);
  {
    const FileSizeLimit limit(100);
    EXPECT_THROW(write_png(folder / "grid.png", image_grid(torch::rand({1, 3, 64, 64}))), WriteError);
  }
  EXPECT_EQ(cv::norm(cv::imread((folder / "grid.png").string()), first, cv::NORM_INF), 0);
  EXPECT_THROW(write_png(folder / "missing" / "grid.png", first), WriteError);
  EXPECT_THROW(write_png(folder / "empty.png", cv::Mat()), WriteError);
}

}  // namespace
}  // namespace ganwright
