#include "comparison/contact_sheet.h"

#include <gtest/gtest.h>

#include "imaging/grid.h"

namespace ganwright {
namespace {

// Where a row of the sheet holds the pictures of that row, right of its label.
cv::Mat pictures_in(const cv::Mat& sheet, const torch::Tensor& pictures, int row) {
  const cv::Mat grid = image_grid(pictures, pictures.size(0));
  return sheet(cv::Rect(sheet.cols - grid.cols, row * grid.rows, grid.cols, grid.rows));
}

TEST(ContactSheet, ShowsARowOfPicturesForEachName) {
  for (const int64_t channels : {1, 3}) {
    const torch::Tensor first = torch::rand({5, channels, 8, 8}) * 2 - 1;
    const torch::Tensor second = torch::rand({5, channels, 8, 8}) * 2 - 1;
    const cv::Mat sheet = contact_sheet({{"kl", first}, {"a much longer name, minimax", second}});
    EXPECT_EQ(sheet.channels(), channels);
    for (const auto& [row, pictures] : {std::pair(0, first), std::pair(1, second)}) {
      const cv::Mat expected = image_grid(pictures, 5);
      EXPECT_EQ(cv::norm(pictures_in(sheet, pictures, row), expected, cv::NORM_INF), 0) << row;
    }
  }
}

TEST(ContactSheet, WritesTheNamesWholeHoweverLong) {
  const torch::Tensor pictures = torch::zeros({2, 1, 32, 32});
  const cv::Mat sheet = contact_sheet({{std::string(200, 'w'), pictures}});
  const cv::Mat grid = image_grid(pictures, 2);
  const cv::Mat label = sheet(cv::Rect(0, 0, sheet.cols - grid.cols, sheet.rows));
  EXPECT_LT(label.cols, 300);
  double darkest = 255;
  cv::minMaxLoc(label, &darkest, nullptr);
  EXPECT_LT(darkest, 200);
  // No letter touches the border.
  for (const cv::Mat& border : {label.col(0), label.col(label.cols - 1)}) {
    cv::minMaxLoc(border, &darkest, nullptr);
    EXPECT_EQ(darkest, 255);
  }
}

}  // namespace
}  // namespace ganwright
