#include "comparison/contact_sheet.h"

#include <algorithm>
#include <opencv2/imgproc.hpp>

#include "imaging/grid.h"

namespace ganwright {
namespace {

constexpr int kFont = cv::FONT_HERSHEY_SIMPLEX;
constexpr double kTextScale = 0.5;
constexpr int kMargin = 8;
// A name that is longer is written smaller.
constexpr int kWidestLabel = 240;

int width_of(const std::string& text) {
  return cv::getTextSize(text, kFont, kTextScale, 1, nullptr).width;
}

cv::Mat label_of(const std::string& text, const cv::Size& size, int type) {
  cv::Mat label(size, type, cv::Scalar::all(255));
  const int room = size.width - 2 * kMargin;
  const double scale = std::min(1.0, static_cast<double>(room) / std::max(1, width_of(text))) * kTextScale;
  const int height = cv::getTextSize(text, kFont, scale, 1, nullptr).height;
  cv::putText(label, text, {kMargin, (size.height + height) / 2}, kFont, scale, cv::Scalar::all(0), 1,
              cv::LINE_AA);
  return label;
}

}  // namespace

cv::Mat contact_sheet(const std::vector<SheetRow>& rows) {
  int widest = 0;
  for (const SheetRow& row : rows) {
    widest = std::max(widest, width_of(row.name));
  }
  std::vector<cv::Mat> lines;
  for (const SheetRow& row : rows) {
    const cv::Mat pictures = image_grid(row.pictures, row.pictures.size(0));
    const cv::Size size{std::min(widest, kWidestLabel) + 2 * kMargin, pictures.rows};
    cv::Mat line;
    cv::hconcat(label_of(row.name, size, pictures.type()), pictures, line);
    lines.push_back(line);
  }
  cv::Mat sheet;
  cv::vconcat(lines, sheet);
  return sheet;
}

}  // namespace ganwright
