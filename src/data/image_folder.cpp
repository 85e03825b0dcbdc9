#include "data/image_folder.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <iterator>
#include <opencv2/core.hpp>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>

#include "data/picture.h"
#include "data/picture_cache.h"
#include "data/picture_listing.h"
#include "errors.h"
#include "files/bytes.h"
#include "files/checksum.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestFile = uint64_t{1} << 29;
constexpr size_t kMostNamesOnTerminal = 10;

/// To be raised whenever the same files decode to other pixels than before.
constexpr int kDecoding = 1;

void check(const ImageFolderOptions& options) {
  if (options.size < 1 || options.size > kLargestPictureSize) {
    throw UsageError("picture size " + std::to_string(options.size) + " is not within 1 to " +
                     std::to_string(kLargestPictureSize));
  }
  if (options.channels != 1 && options.channels != 3) {
    throw UsageError("pictures have 1 or 3 channels, not " + std::to_string(options.channels));
  }
}

void decode_into(const fs::path& path, const ImageFolderOptions& options, uint8_t* pixels) {
  const std::vector<uint8_t> file = read_file(path, kLargestFile);
  const cv::Mat fitted =
      fit_picture(decode_picture(file, options.size), options.size, options.channels, options.background);
  const int side = static_cast<int>(options.size);
  std::vector<cv::Mat> planes;
  for (int64_t c = 0; c < options.channels; ++c) {
    planes.emplace_back(side, side, CV_8U, pixels + c * options.size * options.size);
  }
  cv::split(fitted, planes);
}

torch::Tensor allocate(int64_t count, const ImageFolderOptions& options, const fs::path& root) {
  try {
    return torch::empty({count, options.channels, options.size, options.size}, torch::kUInt8);
  } catch (const c10::Error&) {
    throw DataError("the " + std::to_string(count) + " pictures of " + root.string() +
                    " do not fit into memory at " + std::to_string(options.size) +
                    " pixels; choose a smaller size");
  }
}

/// Decodes the listed pictures; `lasting` becomes false where one failed that may be readable another time.
DecodedPictures decode(const fs::path& root, const std::vector<ListedPicture>& listed,
                       const ImageFolderOptions& options, const ProgressCallback& progress,
                       const InterruptCheck& interrupted, std::atomic<bool>& lasting) {
  const auto total = static_cast<int64_t>(listed.size());
  const int64_t picture_bytes = options.channels * options.size * options.size;
  DecodedPictures decoded{allocate(total, options, root), std::vector<std::string>(listed.size())};
  auto* pixels = decoded.pixels.data_ptr<uint8_t>();
  for_each_in_parallel(
      total,
      [&](int64_t i) {
        const ListedPicture& picture = listed[static_cast<size_t>(i)];
        std::string& fault = decoded.faults[static_cast<size_t>(i)];
        fault = picture.fault;
        if (!fault.empty()) return;
        try {
          decode_into(root / picture.path, options, pixels + i * picture_bytes);
        } catch (const PassingFault& error) {
          fault = error.what();
          lasting = false;
        } catch (const DataError& error) {
          fault = error.what();
        }
      },
      progress, interrupted);

  int64_t kept = 0;
  for (int64_t i = 0; i < total; ++i) {
    if (!decoded.faults[static_cast<size_t>(i)].empty()) continue;
    if (kept != i) {
      std::memcpy(pixels + kept * picture_bytes, pixels + i * picture_bytes,
                  static_cast<size_t>(picture_bytes));
    }
    ++kept;
  }
  decoded.pixels = decoded.pixels.narrow(0, 0, kept);
  return decoded;
}

/// The listed pictures from the cache where it has them, otherwise decoded and kept there.
DecodedPictures decode_or_recall(const fs::path& root, const std::vector<ListedPicture>& listed,
                                 const ImageFolderOptions& options, const ProgressCallback& progress,
                                 const InterruptCheck& interrupted) {
  std::atomic<bool> lasting = true;
  if (options.cache.empty()) return decode(root, listed, options, progress, interrupted, lasting);

  const auto& [red, green, blue] = options.background;
  const std::string key =
      picture_key(root, listed,
                  fmt::format("{} pixels, {} channels on {},{},{}, decoding {}, OpenCV {}", options.size,
                              options.channels, red, green, blue, kDecoding, cv::getVersionString()));
  const auto total = static_cast<int64_t>(listed.size());
  if (auto cached = load_pictures_from_cache(options.cache, key, total, options.channels, options.size)) {
    if (progress) progress(total, total);
    return std::move(*cached);
  }
  DecodedPictures decoded = decode(root, listed, options, progress, interrupted, lasting);
  if (lasting) store_pictures_in_cache(options.cache, key, decoded);
  return decoded;
}

/// Names the pictures that were left out and returns their number; throws DataError where they are too many.
int64_t report_unreadable(const std::vector<ListedPicture>& listed, const std::vector<std::string>& faults,
                          const fs::path& root, double accepted_share) {
  std::vector<std::string> reports;
  for (size_t i = 0; i < listed.size(); ++i) {
    if (!faults[i].empty()) reports.push_back((root / listed[i].path).string() + ": " + faults[i]);
  }
  if (reports.empty()) return 0;
  const size_t total = listed.size();
  if (reports.size() == total ||
      static_cast<double>(reports.size()) > accepted_share * static_cast<double>(total)) {
    throw DataError(std::to_string(reports.size()) + " of " + std::to_string(total) + " pictures in " +
                    root.string() + " cannot be read (first: " + reports.front() +
                    "); repair or remove them");
  }
  // A terminal shows the first ones; the log of a run holds all.
  for (size_t i = 0; i < reports.size(); ++i) {
    spdlog::log(i < kMostNamesOnTerminal ? spdlog::level::warn : spdlog::level::debug, "left out {}",
                reports[i]);
  }
  if (reports.size() > kMostNamesOnTerminal) {
    spdlog::warn("left out {} more (listed in the run's log.txt)", reports.size() - kMostNamesOnTerminal);
  }
  return static_cast<int64_t>(reports.size());
}

/// The class of a picture: its first-level folder, "." for one that lies in the root.
std::string class_of(const std::string& path) {
  const size_t slash = path.find('/');
  return slash == std::string::npos ? "." : path.substr(0, slash);
}

void assign_classes(Dataset& dataset, const std::vector<std::string>& kept, const fs::path& root) {
  std::set<std::string> names;
  for (const auto& path : kept) names.insert(class_of(path));
  dataset.classes.assign(names.begin(), names.end());
  dataset.labels = torch::empty({static_cast<int64_t>(kept.size())}, torch::kInt64);
  auto* label = dataset.labels.data_ptr<int64_t>();
  const std::string prefix = (root / "").string();
  for (const auto& path : kept) {
    *label++ = std::distance(names.begin(), names.find(class_of(path)));
    dataset.paths.push_back(prefix + path);
  }
  if (names.size() == 1 && *names.begin() == ".") dataset.classes = {fs::canonical(root).filename().string()};
}

// What decoded the pixels: pictures decoded by something else may differ in their last bits.
std::string decoding_of(const ImageFolderOptions& options) {
  const auto& [red, green, blue] = options.background;
  return fmt::format("OpenCV {} ({}) on {},{},{}", cv::getVersionString(), kDecoding, red, green, blue);
}

// FNV-1a over the paths, each with its closing zero.
std::string fingerprint_of(const std::vector<std::string>& paths, const torch::Tensor& pixels,
                           const ImageFolderOptions& options) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const std::string& path : paths) {
    for (size_t i = 0; i <= path.size(); ++i) {
      hash = (hash ^ static_cast<unsigned char>(path.c_str()[i])) * 0x100000001B3U;
    }
  }
  const std::vector<uint64_t> blocks = block_hashes(pixels);
  return fmt::format("{} pictures, {:016x}, pixels {:016x} by {}", paths.size(), hash,
                     xxh3(std::as_bytes(std::span(blocks))), decoding_of(options));
}

// The three parts of a fingerprint: count and names; pixels; what decoded them. Former ones hold the first
// alone.
std::array<std::string, 3> parts_of(const std::string& fingerprint) {
  constexpr std::string_view kPixels = ", pixels ";
  constexpr std::string_view kBy = " by ";
  const size_t pixels = fingerprint.find(kPixels);
  if (pixels == std::string::npos) return {fingerprint, "", ""};
  const size_t start = pixels + kPixels.size();
  const size_t by = std::min(fingerprint.find(kBy, start), fingerprint.size());
  return {fingerprint.substr(0, pixels), fingerprint.substr(start, by - start), fingerprint.substr(by)};
}

}  // namespace

Dataset load_image_folder(const fs::path& folder, const ImageFolderOptions& options,
                          const ProgressCallback& progress, const InterruptCheck& interrupted) {
  check(options);
  const std::vector<ListedPicture> listed = list_pictures(folder);
  const DecodedPictures decoded = decode_or_recall(folder, listed, options, progress, interrupted);

  Dataset dataset;
  dataset.pixels = decoded.pixels;
  dataset.unreadable = report_unreadable(listed, decoded.faults, folder, options.max_unreadable_share);
  std::vector<std::string> kept;
  for (size_t i = 0; i < listed.size(); ++i) {
    if (decoded.faults[i].empty()) kept.push_back(listed[i].path);
  }
  assign_classes(dataset, kept, folder);
  dataset.fingerprint = fingerprint_of(kept, dataset.pixels, options);
  return dataset;
}

Sameness compare_fingerprints(const std::string& one, const std::string& other) {
  const auto [names, pixels, decoding] = parts_of(one);
  const auto [other_names, other_pixels, other_decoding] = parts_of(other);
  if (names != other_names) return Sameness::different;
  if (pixels.empty() || other_pixels.empty() || decoding != other_decoding) return Sameness::unknown;
  return pixels == other_pixels ? Sameness::same : Sameness::different;
}

}  // namespace ganwright
