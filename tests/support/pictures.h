#pragma once

#include <cstdint>
#include <filesystem>
#include <opencv2/core.hpp>
#include <string>
#include <vector>

#include "data/image_folder.h"

namespace ganwright::test_support {

/// A picture as a file of the format that `extension` names, held in memory.
std::vector<uint8_t> encode(const std::string& extension, const cv::Mat& picture,
                            const std::vector<int>& parameters = {});

/// Writes a file, and the folders above it where they are missing.
void write_bytes(const std::filesystem::path& path, const std::vector<uint8_t>& bytes);

std::vector<uint8_t> read_bytes(const std::filesystem::path& path);

/// A picture of one color.
cv::Mat plain(int height, int width, const cv::Scalar& color, int type = CV_8UC3);

/// Appends a number of `width` bytes, the most significant first.
void append_big_endian(std::vector<uint8_t>& bytes, uint64_t number, int width);

/// The pictures of a folder, without a cache.
Dataset load(const std::filesystem::path& folder, const ImageFolderOptions& options = {});

/// The message of the exception of type Error that `action` throws; empty where it throws none.
template <class Error, class Action>
std::string message_of(Action&& action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "";
}

}  // namespace ganwright::test_support
