#include "evaluation/laplacian_patches.h"

#include <gtest/gtest.h>

#include <opencv2/core.hpp>
#include <opencv2/imgproc.hpp>

#include "tests/support/random_pixels.h"

namespace ganwright {
namespace {

using test_support::random_pixels;

// Shares the memory of float [H, W].
cv::Mat mat_of(const torch::Tensor& plane) {
  return {static_cast<int>(plane.size(0)), static_cast<int>(plane.size(1)), CV_32F, plane.data_ptr()};
}

double difference(const cv::Mat& a, const torch::Tensor& plane) {
  return cv::norm(a, mat_of(plane.contiguous()), cv::NORM_INF);
}

TEST(LaplacianPyramid, HalvesDownToTwicePatches) {
  const auto sides = [](int64_t side) {
    std::vector<int64_t> found;
    for (const torch::Tensor& level : laplacian_pyramid(torch::zeros({1, 1, side, side}))) {
      found.push_back(level.size(3));
    }
    return found;
  };
  EXPECT_EQ(sides(64), (std::vector<int64_t>{64, 32, 16}));
  EXPECT_EQ(sides(28), (std::vector<int64_t>{28, 14}));
  EXPECT_EQ(sides(27), (std::vector<int64_t>{27, 14}));
  EXPECT_EQ(sides(16), (std::vector<int64_t>{16}));
  EXPECT_EQ(sides(1), (std::vector<int64_t>{1}));
}

TEST(LaplacianPyramid, IsThatOfOpenCv) {
  for (const int side : {32, 29}) {
    const torch::Tensor picture = random_pixels(1, 2, side, 1).to(torch::kFloat32);
    const std::vector<torch::Tensor> levels = laplacian_pyramid(picture);
    ASSERT_EQ(levels.size(), 2U);
    for (int64_t channel = 0; channel < 2; ++channel) {
      const torch::Tensor plane = picture[0][channel].contiguous();
      cv::Mat smaller;
      cv::pyrDown(mat_of(plane), smaller);
      EXPECT_LT(difference(smaller, levels[1][0][channel]), 1e-3) << side;
      cv::Mat larger;
      cv::pyrUp(smaller, larger, cv::Size(side, side));
      const cv::Mat detail = mat_of(plane) - larger;
      // OpenCV enlarges the last two rows and columns by a rule of its own.
      const int inside = side - 2;
      EXPECT_LT(difference(detail(cv::Rect(0, 0, inside, inside)).clone(),
                           levels[0][0][channel].narrow(0, 0, inside).narrow(1, 0, inside)),
                1e-3)
          << side;
    }
  }
}

TEST(LaplacianPyramid, OfAFlatPictureIsZeroButForItsLastLevel) {
  const std::vector<torch::Tensor> levels = laplacian_pyramid(torch::full({1, 1, 64, 64}, 7.0F));
  EXPECT_LT(levels[0].abs().max().item<double>(), 1e-4);
  EXPECT_LT(levels[1].abs().max().item<double>(), 1e-4);
  EXPECT_LT((levels[2] - 7).abs().max().item<double>(), 1e-4);
}

TEST(LaplacianPatches, HaveMeanZeroAndDeviationOneInEachChannel) {
  const torch::Tensor pixels = random_pixels(20, 3, 28, 2);
  pixels.select(1, 2).div_(4, "floor").add_(100);
  const std::vector<PatchLevel> levels = laplacian_patches(pixels, 5, torch::kCPU);
  ASSERT_EQ(levels.size(), 2U);
  EXPECT_EQ(levels[0].side, 28);
  EXPECT_EQ(levels[1].side, 14);
  for (const PatchLevel& level : levels) {
    ASSERT_EQ(level.patches.sizes(), (std::vector<int64_t>{100, 3 * 49}));
    const torch::Tensor channels = level.patches.view({100, 3, 49});
    const torch::Tensor by_channel = channels.transpose(0, 1).flatten(1).to(torch::kFloat64);
    EXPECT_LT(by_channel.mean(1).abs().max().item<double>(), 1e-5);
    EXPECT_LT((by_channel.square().mean(1) - 1).abs().max().item<double>(), 1e-5);
  }
}

TEST(LaplacianPatches, ArePartsOfTheirPictures) {
  // A single level, and one picture: each patch is one of the 100 windows, up to one scale and shift.
  const torch::Tensor pixels = random_pixels(1, 1, 16, 3);
  const torch::Tensor patches = laplacian_patches(pixels, 30, torch::kCPU)[0].patches;
  const torch::Tensor windows =
      pixels.to(torch::kFloat32)[0][0].unfold(0, 7, 1).unfold(1, 7, 1).reshape({-1, 49});
  const auto standard = [](const torch::Tensor& rows) {
    const torch::Tensor centered = rows - rows.mean(1, true);
    return centered / centered.norm(2, {1}, true);
  };
  const torch::Tensor nearest = standard(patches).mm(standard(windows).t()).amax(1);
  EXPECT_GT(nearest.min().item<double>(), 0.9999);
}

TEST(LaplacianPatches, OfTheFirstPicturesLieAtTheSamePlacesWhateverTheCount) {
  const torch::Tensor pixels = random_pixels(1, 1, 16, 4);
  const torch::Tensor one = laplacian_patches(pixels, 3, torch::kCPU)[0].patches;
  // Of equal pictures the normalization is the same only up to which places count: compare patterns.
  const torch::Tensor many = laplacian_patches(pixels.repeat({5, 1, 1, 1}), 3, torch::kCPU)[0].patches;
  const auto shape = [](const torch::Tensor& rows) {
    return (rows - rows.mean(1, true)) / rows.std(1, false, true);
  };
  EXPECT_TRUE(torch::allclose(shape(one), shape(many.narrow(0, 0, 3)), 0, 1e-4));
}

TEST(LaplacianPatches, OfFlatPicturesAreZeroAndOfTinyOnesWhole) {
  for (const int64_t side : {5, 28}) {
    for (const PatchLevel& level :
         laplacian_patches(torch::full({3, 3, side, side}, 200, torch::kUInt8), 4, torch::kCPU)) {
      EXPECT_EQ(level.patches.sizes(), (std::vector<int64_t>{12, side == 5 ? 3 * 25 : 3 * 49}));
      EXPECT_LT(level.patches.abs().max().item<double>(), 0.1) << side;
    }
  }
}

}  // namespace
}  // namespace ganwright
