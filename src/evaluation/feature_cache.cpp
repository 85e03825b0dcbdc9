#include "evaluation/feature_cache.h"

#include <spdlog/spdlog.h>

#include <algorithm>
#include <optional>
#include <random>
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

void remove_old_files(const fs::path& cache) {
  std::vector<std::pair<fs::file_time_type, fs::path>> files;
  for (const auto& entry : fs::directory_iterator(cache)) {
    std::error_code vanished;
    const auto used = entry.last_write_time(vanished);
    // Files that a kill kept from getting their final name, too.
    if (entry.path().filename().string().find(kFeaturesSuffix) != std::string::npos && !vanished) {
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
  const fs::path cache = path.parent_path();
  try {
    if (fs::create_directories(cache)) {
      fs::permissions(cache, fs::perms::owner_all);
    }
    // A name of its own: another process may be writing the same features.
    fs::path own = path;
    own += fmt::format(".{:08x}{:08x}", std::random_device{}(), std::random_device{}());
    write_safetensors(own, {{{"features", features}}, {{"key", key}, {"checksum", digest(features)}}});
    fs::rename(own, path);
    remove_old_files(cache);
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
  const fs::path path =
      cache / fmt::format("{:016x}{}", checksum(std::as_bytes(std::span(key))), kFeaturesSuffix);
  if (const auto kept = load(path, key, pixels.size(0))) {
    spdlog::info("using the features of the real pictures cached in {}", path.string());
    std::error_code ignored;
    fs::last_write_time(path, fs::file_time_type::clock::now(), ignored);
    return *kept;
  }
  const torch::Tensor features = features_of(extractor, pixels, progress, interrupted);
  store(path, key, features);
  return features;
}

}  // namespace ganwright
