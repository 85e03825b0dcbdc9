#include "data/cifar.h"

#include <memory>
#include <set>
#include <sstream>
#include <system_error>

#include "errors.h"
#include "files/bytes.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr int kSide = 32;
constexpr size_t kPlane = size_t{kSide} * kSide;
constexpr size_t kRecord = 1 + 3 * kPlane;
constexpr uint64_t kLargestBatch = uint64_t{1} << 30;

std::vector<uint8_t> read_named(const fs::path& path, uint64_t largest) {
  try {
    return read_file(path, largest);
  } catch (const DataError& error) {
    throw DataError("cannot read " + path.string() + ": " + error.what() + "; fetch it again");
  }
}

std::vector<std::string> batch_names(ImportSplit split) {
  std::vector<std::string> names;
  if (split != ImportSplit::test) {
    names = {"data_batch_1", "data_batch_2", "data_batch_3", "data_batch_4", "data_batch_5"};
  }
  if (split != ImportSplit::train) names.emplace_back("test_batch");
  return names;
}

std::vector<fs::path> batch_files(const fs::path& source, ImportSplit split) {
  std::error_code ignored;
  if (!fs::is_directory(source, ignored)) return {source};
  std::vector<fs::path> files;
  for (const auto& name : batch_names(split)) files.push_back(source / (name + ".bin"));
  return files;
}

std::vector<std::string> class_names(const fs::path& folder) {
  const fs::path path = folder / "batches.meta.txt";
  std::error_code ignored;
  if (!fs::exists(path, ignored)) {
    return {"airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"};
  }
  constexpr uint64_t kLargestMeta = uint64_t{1} << 20;
  const std::vector<uint8_t> bytes = read_named(path, kLargestMeta);
  std::istringstream lines(std::string(bytes.begin(), bytes.end()));
  std::vector<std::string> names;
  std::set<std::string> different;
  for (std::string line; std::getline(lines, line);) {
    if (line.ends_with('\r')) line.pop_back();
    if (line.empty()) continue;
    // A name becomes a folder, and must not lead out of the destination or be hidden.
    constexpr size_t kLongestName = 100;
    if (line.starts_with('.') || line.find('/') != std::string::npos ||
        line.find('\0') != std::string::npos || line.size() > kLongestName) {
      throw DataError(path.string() + " has a class name that cannot name a folder; correct or remove it");
    }
    different.insert(line);
    names.push_back(line);
  }
  if (names.size() != 10 || different.size() != 10) {
    throw DataError(path.string() + " does not name ten different classes; correct or remove it");
  }
  return names;
}

}  // namespace

bool is_cifar(const fs::path& source) {
  std::error_code ignored;
  if (!fs::is_directory(source, ignored)) return source.extension() == ".bin";
  for (const auto& name : batch_names(ImportSplit::all)) {
    if (fs::exists(source / (name + ".bin"), ignored)) return true;
  }
  return false;
}

PictureSource read_cifar(const fs::path& source, ImportSplit split) {
  const std::vector<fs::path> files = batch_files(source, split);
  PictureSource result;
  result.format = "CIFAR-10";
  result.classes = class_names(files.front().parent_path());

  struct OpenBatches {
    std::vector<std::vector<uint8_t>> storage;
    std::vector<const uint8_t*> planes;
  };
  const auto batches = std::make_shared<OpenBatches>();
  for (const auto& path : files) {
    batches->storage.push_back(read_named(path, kLargestBatch));
    const auto& bytes = batches->storage.back();
    if (bytes.empty() || bytes.size() % kRecord != 0) {
      throw DataError(path.string() + " has " + std::to_string(bytes.size()) +
                      " bytes, not a multiple of the 3073 of a CIFAR-10 record; fetch it again");
    }
    for (size_t i = 0; i < bytes.size() / kRecord; ++i) {
      const uint8_t label = bytes[i * kRecord];
      if (label >= result.classes.size()) {
        throw DataError(path.string() + " has the label " + std::to_string(label) +
                        ", above 9; it is not a CIFAR-10 batch");
      }
      result.labels.push_back(label);
      result.names.push_back(path.stem().string() + "-" + std::to_string(i));
      batches->planes.push_back(&bytes[i * kRecord + 1]);
    }
  }
  result.picture = [batches](int64_t i) {
    const uint8_t* planes = batches->planes[static_cast<size_t>(i)];
    cv::Mat picture(kSide, kSide, CV_8UC3);
    for (size_t place = 0; place < kPlane; ++place) {
      picture.at<cv::Vec3b>(static_cast<int>(place)) = {planes[2 * kPlane + place], planes[kPlane + place],
                                                        planes[place]};
    }
    return picture;
  };
  return result;
}

}  // namespace ganwright
