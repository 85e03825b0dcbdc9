#include "data/image_folder.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <cctype>
#include <cstring>
#include <deque>
#include <opencv2/core.hpp>
#include <set>
#include <string>
#include <string_view>
#include <system_error>

#include "data/bytes.h"
#include "data/picture.h"
#include "errors.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr uint64_t kLargestFile = uint64_t{1} << 29;
constexpr int64_t kLargestSize = 8192;
constexpr size_t kMostNamesInLog = 10;

/// A picture that was found, relative to the root, and why it cannot be used (empty where it can).
struct Candidate {
  fs::path path;
  std::string fault;
};

bool named_like_picture(const fs::path& path) {
  constexpr std::array<std::string_view, 7> kExtensions = {".png", ".jpg", ".jpeg", ".webp",
                                                           ".bmp", ".tif", ".tiff"};
  std::string extension = path.extension().string();
  std::transform(extension.begin(), extension.end(), extension.begin(),
                 [](unsigned char letter) { return static_cast<char>(std::tolower(letter)); });
  return std::find(kExtensions.begin(), kExtensions.end(), extension) != kExtensions.end();
}

bool is_ancestor(const fs::path& folder, const fs::path& descendant) {
  const auto [end, rest] = std::mismatch(folder.begin(), folder.end(), descendant.begin(), descendant.end());
  return end == folder.end() && rest != descendant.end();
}

std::vector<Candidate> find_pictures(const fs::path& root) {
  std::error_code error;
  if (!fs::exists(root, error)) throw DataError("no folder " + root.string() + "; give a folder of pictures");
  if (!fs::is_directory(root, error)) {
    throw DataError(root.string() + " is not a folder; give a folder of pictures");
  }

  const fs::path real_root = fs::canonical(root, error);
  std::vector<Candidate> found;
  std::set<fs::path> seen;
  // Folders themselves come before links to folders, so that a picture keeps its own place and loops end.
  std::deque<fs::path> waiting{fs::path()};
  while (!waiting.empty()) {
    const fs::path folder = waiting.front();
    waiting.pop_front();
    const fs::path real = fs::canonical(root / folder, error);
    if (!error && !seen.insert(real).second) continue;
    if (!error && is_ancestor(real, real_root)) {
      spdlog::warn("left out {}: it leads to {}, which holds the folder of pictures itself",
                   (root / folder).string(), real.string());
      continue;
    }
    fs::directory_iterator entries(root / folder, error);
    if (error) {
      found.push_back({folder, "folder cannot be read: " + error.message()});
      continue;
    }
    for (; entries != fs::directory_iterator(); entries.increment(error)) {
      const fs::path name = entries->path().filename();
      if (name.string().starts_with('.')) continue;
      std::error_code ignored;
      if (named_like_picture(name)) {
        found.push_back({folder / name, ""});
      } else if (entries->is_directory(ignored)) {
        if (entries->is_symlink(ignored)) {
          waiting.push_back(folder / name);
        } else {
          waiting.push_front(folder / name);
        }
      }
    }
    if (error) found.push_back({folder, "folder cannot be read: " + error.message()});
  }
  if (found.empty()) {
    throw DataError("no pictures in " + root.string() + "; it needs png, jpg, webp, bmp or tiff files");
  }
  std::sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.path < b.path; });
  return found;
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

void report_unreadable(const std::vector<Candidate>& found, int64_t unreadable, const fs::path& root,
                       double accepted_share) {
  if (unreadable == 0) return;
  std::vector<std::string> faults;
  for (const auto& candidate : found) {
    if (!candidate.fault.empty()) faults.push_back((root / candidate.path).string() + ": " + candidate.fault);
  }
  const auto total = static_cast<int64_t>(found.size());
  if (unreadable == total || static_cast<double>(unreadable) > accepted_share * static_cast<double>(total)) {
    throw DataError(std::to_string(unreadable) + " of " + std::to_string(total) + " pictures in " +
                    root.string() + " cannot be read (first: " + faults.front() + "); repair or remove them");
  }
  for (size_t i = 0; i < std::min(faults.size(), kMostNamesInLog); ++i)
    spdlog::warn("left out {}", faults[i]);
  if (faults.size() > kMostNamesInLog) spdlog::warn("left out {} more", faults.size() - kMostNamesInLog);
}

/// The class of a picture: its first-level folder, "." for one that lies in the root.
std::string class_of(const fs::path& path) {
  return path.has_parent_path() ? path.begin()->string() : std::string(".");
}

void assign_classes(Dataset& dataset, const std::vector<fs::path>& kept, const fs::path& root) {
  std::set<std::string> names;
  for (const auto& path : kept) names.insert(class_of(path));
  dataset.classes.assign(names.begin(), names.end());
  dataset.labels = torch::empty({static_cast<int64_t>(kept.size())}, torch::kInt64);
  auto* label = dataset.labels.data_ptr<int64_t>();
  for (const auto& path : kept) {
    *label++ = std::distance(names.begin(), names.find(class_of(path)));
    dataset.paths.push_back((root / path).string());
  }
  if (names.size() == 1 && *names.begin() == ".") dataset.classes = {fs::canonical(root).filename().string()};
}

// FNV-1a over the paths, each with its closing zero.
std::string fingerprint_of(const std::vector<fs::path>& paths) {
  uint64_t hash = 0xCBF29CE484222325U;
  for (const fs::path& path : paths) {
    const std::string& name = path.native();
    for (size_t i = 0; i <= name.size(); ++i) {
      hash = (hash ^ static_cast<unsigned char>(name.c_str()[i])) * 0x100000001B3U;
    }
  }
  return fmt::format("{} pictures, {:016x}", paths.size(), hash);
}

}  // namespace

Dataset load_image_folder(const fs::path& folder, const ImageFolderOptions& options,
                          const ProgressCallback& progress, const InterruptCheck& interrupted) {
  if (options.size < 1 || options.size > kLargestSize) {
    throw UsageError("picture size " + std::to_string(options.size) + " is not within 1 to " +
                     std::to_string(kLargestSize));
  }
  if (options.channels != 1 && options.channels != 3) {
    throw UsageError("pictures have 1 or 3 channels, not " + std::to_string(options.channels));
  }

  std::vector<Candidate> found = find_pictures(folder);
  const auto total = static_cast<int64_t>(found.size());
  const int64_t picture_bytes = options.channels * options.size * options.size;
  Dataset dataset;
  dataset.pixels = allocate(total, options, folder);
  auto* pixels = dataset.pixels.data_ptr<uint8_t>();
  for_each_in_parallel(
      total,
      [&](int64_t i) {
        auto& candidate = found[static_cast<size_t>(i)];
        if (!candidate.fault.empty()) return;
        try {
          decode_into(folder / candidate.path, options, pixels + i * picture_bytes);
        } catch (const DataError& error) {
          candidate.fault = error.what();
        }
      },
      progress, interrupted);

  std::vector<fs::path> kept;
  for (int64_t i = 0; i < total; ++i) {
    const auto& candidate = found[static_cast<size_t>(i)];
    if (!candidate.fault.empty()) continue;
    const auto place = static_cast<int64_t>(kept.size());
    if (place != i) {
      std::memcpy(pixels + place * picture_bytes, pixels + i * picture_bytes,
                  static_cast<size_t>(picture_bytes));
    }
    kept.push_back(candidate.path);
  }
  dataset.unreadable = total - static_cast<int64_t>(kept.size());
  report_unreadable(found, dataset.unreadable, folder, options.max_unreadable_share);
  dataset.pixels = dataset.pixels.narrow(0, 0, static_cast<int64_t>(kept.size()));
  assign_classes(dataset, kept, folder);
  dataset.fingerprint = fingerprint_of(kept);
  return dataset;
}

}  // namespace ganwright
