#include "tests/support/pictures.h"

#include <fstream>
#include <iterator>
#include <opencv2/imgcodecs.hpp>

namespace ganwright::test_support {

std::vector<uint8_t> encode(const std::string& extension, const cv::Mat& picture,
                            const std::vector<int>& parameters) {
  std::vector<uint8_t> bytes;
  cv::imencode(extension, picture, bytes, parameters);
  return bytes;
}

void write_bytes(const std::filesystem::path& path, const std::vector<uint8_t>& bytes) {
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary)
      .write(reinterpret_cast<const char*>(bytes.data()), static_cast<std::streamsize>(bytes.size()));
}

std::vector<uint8_t> read_bytes(const std::filesystem::path& path) {
  std::ifstream stream(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(stream), {}};
}

cv::Mat plain(int height, int width, const cv::Scalar& color, int type) {
  return cv::Mat(height, width, type, color);
}

void append_big_endian(std::vector<uint8_t>& bytes, uint64_t number, int width) {
  for (int i = width - 1; i >= 0; --i) bytes.push_back(static_cast<uint8_t>(number >> (8 * i)));
}

Dataset load(const std::filesystem::path& folder, const ImageFolderOptions& options) {
  return load_image_folder(folder, options);
}

}  // namespace ganwright::test_support
