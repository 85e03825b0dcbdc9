#include "imaging/grid.h"

#include <algorithm>
#include <cmath>
#include <opencv2/imgcodecs.hpp>
#include <opencv2/imgproc.hpp>
#include <sstream>
#include <vector>

#include "errors.h"
#include "files/atomic_file.h"

namespace ganwright {
namespace {

constexpr int64_t kVisibleSide = 64;
constexpr int64_t kWidestEnlarged = 2048;

}  // namespace

int64_t automatic_scale(int64_t side, int64_t columns) {
  const int64_t wanted = (kVisibleSide + side - 1) / side;
  return std::max<int64_t>(1, std::min(wanted, kWidestEnlarged / (columns * side)));
}

torch::Tensor to_bytes(const torch::Tensor& images) {
  if (images.scalar_type() == torch::kUInt8) return images.to(torch::kCPU).contiguous();
  if (!images.is_floating_point()) {
    throw UsageError(std::string("pictures are float or uint8 tensors, not ") +
                     c10::toString(images.scalar_type()));
  }
  return images.detach()
      .to(torch::kCPU, torch::kFloat32)
      .nan_to_num(-1, 1, -1)
      .clamp(-1, 1)
      .add(1)
      .mul(127.5)
      .round()
      .to(torch::kUInt8)
      .contiguous();
}

cv::Mat image_grid(const torch::Tensor& images, int64_t columns, int64_t scale) {
  if (images.dim() != 4 || images.numel() == 0 || (images.size(1) != 1 && images.size(1) != 3)) {
    std::ostringstream shape;
    shape << images.sizes();
    throw UsageError("a grid is drawn of pictures [N, 1 or 3, height, width], not " + shape.str());
  }
  if (columns < 0 || scale < 0)
    throw UsageError("a grid has no negative number of columns, nor such a scale");
  const int64_t count = images.size(0);
  const int64_t height = images.size(2);
  const int64_t width = images.size(3);
  if (columns == 0) columns = static_cast<int64_t>(std::ceil(std::sqrt(static_cast<double>(count))));
  if (scale == 0) scale = automatic_scale(std::max(height, width), columns);
  const int64_t rows = (count + columns - 1) / columns;

  const bool grey = images.size(1) == 1;
  constexpr int kEmptyCell = 128;
  cv::Mat grid(static_cast<int>(rows * height), static_cast<int>(columns * width), grey ? CV_8UC1 : CV_8UC3,
               cv::Scalar::all(kEmptyCell));
  const torch::Tensor pixels = to_bytes(images).permute({0, 2, 3, 1}).contiguous();
  for (int64_t i = 0; i < count; ++i) {
    const cv::Mat picture(static_cast<int>(height), static_cast<int>(width), grid.type(),
                          pixels[i].data_ptr<uint8_t>());
    cv::Mat cell =
        grid(cv::Rect(static_cast<int>(i % columns * width), static_cast<int>(i / columns * height),
                      static_cast<int>(width), static_cast<int>(height)));
    if (grey) {
      picture.copyTo(cell);
    } else {
      cv::cvtColor(picture, cell, cv::COLOR_RGB2BGR);
    }
  }
  if (scale > 1) {
    const auto factor = static_cast<double>(scale);
    cv::resize(grid, grid, cv::Size(), factor, factor, cv::INTER_NEAREST);
  }
  return grid;
}

void write_png(const std::filesystem::path& path, const cv::Mat& picture) {
  std::vector<uint8_t> encoded;
  try {
    if (!cv::imencode(".png", picture, encoded))
      throw WriteError("cannot write " + path.string() + ": PNG encoding failed; choose a smaller picture");
  } catch (const cv::Exception& error) {
    throw WriteError("cannot write " + path.string() + ": PNG encoding failed (" + error.err +
                     "); choose a smaller picture");
  }
  const std::span<const std::byte> bytes = std::as_bytes(std::span<const uint8_t>(encoded));
  write_file_atomically(path, std::span(&bytes, 1));
}

}  // namespace ganwright
