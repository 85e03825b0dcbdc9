#include "evaluation/picture_copies.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>

namespace ganwright {
namespace {

constexpr int kSize = 32;

// A picture with a few shapes, so that it has contrast in all places.
cv::Mat scene(int seed) {
  cv::RNG random(seed);
  const auto color = [&] {
    return cv::Scalar(random.uniform(0, 256), random.uniform(0, 256), random.uniform(0, 256));
  };
  cv::Mat picture(160, 160, CV_8UC3, color());
  for (int i = 0; i < 6; ++i) {
    const cv::Point center(random.uniform(0, 160), random.uniform(0, 160));
    cv::circle(picture, center, random.uniform(10, 50), color(), cv::FILLED);
  }
  return picture;
}

torch::Tensor pixels_of(const std::vector<cv::Mat>& pictures) {
  std::vector<torch::Tensor> list;
  for (const cv::Mat& picture : pictures) {
    cv::Mat small;
    cv::resize(picture, small, {kSize, kSize}, 0, 0, cv::INTER_AREA);
    list.push_back(torch::from_blob(small.data, {kSize, kSize, 3}, torch::kUInt8).permute({2, 0, 1}).clone());
  }
  return torch::stack(list);
}

cv::Mat encoded_anew(const cv::Mat& picture, const char* ending, int quality) {
  std::vector<uint8_t> bytes;
  cv::imencode(ending, picture, bytes, {cv::IMWRITE_JPEG_QUALITY, quality});
  return cv::imdecode(bytes, cv::IMREAD_COLOR);
}

cv::Mat resized(const cv::Mat& picture, int side) {
  cv::Mat result;
  cv::resize(picture, result, {side, side}, 0, 0, cv::INTER_LINEAR);
  return result;
}

TEST(GroupCopies, FindsCopiesThatAreExactEncodedAnewOrResized) {
  std::vector<cv::Mat> p;
  std::vector<cv::Mat> q;
  for (int i = 0; i < 50; ++i) {
    p.push_back(scene(i));
    q.push_back(i % 5 == 0   ? scene(i)
                : i % 5 == 1 ? encoded_anew(scene(i), ".jpg", 90)
                : i % 5 == 2 ? encoded_anew(scene(i), ".jpg", 60)
                : i % 5 == 3 ? resized(scene(i), 96)
                             : encoded_anew(resized(scene(i), 230), ".jpg", 80));
  }
  const PictureGroups groups = group_copies(pixels_of(p), pixels_of(q));
  EXPECT_EQ(groups.count, 50);
  EXPECT_TRUE(torch::equal(groups.p, torch::arange(50, torch::kInt64)));
  EXPECT_TRUE(torch::equal(groups.q, groups.p)) << groups.q;
}

TEST(GroupCopies, KeepsDifferentPicturesApart) {
  std::vector<cv::Mat> p;
  std::vector<cv::Mat> q;
  for (int i = 0; i < 200; ++i) {
    p.push_back(scene(i));
    q.push_back(scene(1000 + i));
  }
  // One more shape, a mirror image and other colors make another picture.
  cv::circle(p[1] = scene(0), {80, 80}, 25, {0, 255, 0}, cv::FILLED);
  cv::flip(scene(0), p[2], 1);
  cv::cvtColor(scene(0), p[3], cv::COLOR_BGR2RGB);
  EXPECT_EQ(group_copies(pixels_of(p), pixels_of(q)).count, 400);
}

TEST(GroupCopies, OfPlainPicturesNeedsOneLevel) {
  const auto plain = [](double level) { return torch::full({1, 3, 16, 16}, level).to(torch::kUInt8); };
  const torch::Tensor p = torch::cat({plain(100), plain(101), plain(100)});
  const PictureGroups groups = group_copies(p, plain(101));
  EXPECT_EQ(groups.count, 2);
  EXPECT_EQ(groups.p[0].item<int64_t>(), groups.p[2].item<int64_t>());
  EXPECT_EQ(groups.p[1].item<int64_t>(), groups.q[0].item<int64_t>());
}

TEST(GroupCopies, OfPicturesSmallerThanTheHashComparesEveryPixel) {
  const torch::Tensor noise = torch::randint(256, {100, 1, 4, 4}, torch::kInt64).to(torch::kUInt8);
  EXPECT_EQ(group_copies(noise, noise.flip(0)).count, 100);
}

}  // namespace
}  // namespace ganwright
