#include "evaluation/feature_cache.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "errors.h"
#include "files/checksum.h"
#include "files/safetensors.h"
#include "system/file_fault.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;

constexpr const char* kFeaturesSuffix = ".features";
constexpr const char* kFormat = "ganwright-features-1";
constexpr size_t kMostFeatureFiles = 16;

std::string digest(const torch::Tensor& tensor) {
  const torch::Tensor whole = tensor.contiguous();
  const auto* bytes = static_cast<const std::byte*>(whole.const_data_ptr());
  return fmt::format("{:016x}", checksum({bytes, whole.nbytes()}));
}

std::string key_of(const FeatureExtractor& extractor, const torch::Tensor& pixels) {
  return fmt::format("{} of pictures {} x {} x {} x {}, {}", extractor.key, pixels.size(0), pixels.size(1),
                     pixels.size(2), pixels.size(3), digest(pixels));
}

std::optional<torch::Tensor> load(const fs::path& path, const std::string& key, int64_t count) {
  std::error_code error;
  if (!fs::is_regular_file(path, error)) {
    return std::nullopt;
  }
  try {
    TensorFile file = read_safetensors(path);
    const bool is_ours = file.metadata["key"] == key && file.tensors.size() == 1;
    const torch::Tensor features = is_ours ? file.tensors.front().second : torch::Tensor();
    const bool fits = is_ours && features.dim() == 2 && features.size(0) == count &&
                      features.scalar_type() == torch::kFloat32 &&
                      file.metadata["checksum"] == digest(features);
    return fits ? std::optional(features) : std::nullopt;
  } catch (const CheckpointError&) {
    return std::nullopt;
  }
}

// Whether a file of the cache's own folder is ours by its name, 16 hexadecimal digits and the suffix, and by
// what it says of itself.
bool is_ours(const fs::path& path) {
  constexpr size_t kHexadecimalDigits = 16;
  const std::string name = path.filename().string();
  if (name.find_first_not_of("0123456789abcdef") != kHexadecimalDigits ||
      name.substr(kHexadecimalDigits) != kFeaturesSuffix || fs::is_symlink(path)) {
    return false;
  }
  try {
    const auto metadata = SafetensorsReader(path).metadata();
    const auto format = metadata.find("format");
    return format != metadata.end() && format->second == kFormat;
  } catch (const CheckpointError&) {
    return false;
  }
}

void remove_old_files(const fs::path& folder) {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const auto& entry : fs::directory_iterator(folder)) {
    std::error_code vanished;
    const auto used = entry.last_write_time(vanished);
    if (!vanished && is_ours(entry.path())) {
      files.emplace_back(used, entry.path());
    }
  }
  std::sort(files.rbegin(), files.rend());
  for (size_t i = kMostFeatureFiles; i < files.size(); ++i) {
    std::error_code ignored;
    fs::remove(files[i].second, ignored);
  }
}

void store(const fs::path& path, const std::string& key, const torch::Tensor& features) {
  const fs::path folder = path.parent_path();
  try {
    if (fs::create_directories(folder)) {
      fs::permissions(folder, fs::perms::owner_all);
    }
    write_safetensors(path, {{{"features", features}},
                             {{"format", kFormat}, {"key", key}, {"checksum", digest(features)}}});
    remove_old_files(folder);
  } catch (const WriteError& error) {
    spdlog::info("could not cache the features: {}", error.what());
  } catch (const fs::filesystem_error& error) {
    spdlog::info("could not cache the features: {}", text_of(error));
  }
}

}  // namespace

torch::Tensor cached_features(const fs::path& cache, const FeatureExtractor& extractor,
                              const torch::Tensor& pixels, const ProgressCallback& progress,
                              const InterruptCheck& interrupted) {
  if (cache.empty()) {
    return features_of(extractor, pixels, progress, interrupted);
  }
  const std::string key = key_of(extractor, pixels);
  const std::string name = fmt::format("{:016x}{}", checksum(std::as_bytes(std::span(key))), kFeaturesSuffix);
  const fs::path path = cache / "features" / name;
  // Earlier versions kept them in the folder itself.
  for (const fs::path& kept_in : {path, cache / name}) {
    if (const auto kept = load(kept_in, key, pixels.size(0))) {
      spdlog::info("using the features of the real pictures cached in {}", kept_in.string());
      std::error_code ignored;
      fs::last_write_time(kept_in, fs::file_time_type::clock::now(), ignored);
      return *kept;
    }
  }
  const torch::Tensor features = features_of(extractor, pixels, progress, interrupted);
  store(path, key, features);
  return features;
}

}  // namespace ganwright
