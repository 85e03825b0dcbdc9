#include "evaluation/features.h"

#include <spdlog/fmt/fmt.h>
#include <torch/csrc/jit/api/module.h>
#include <torch/csrc/jit/serialization/import.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <memory>
#include <random>
#include <sstream>
#include <vector>

#include "errors.h"
#include "files/bytes.h"
#include "files/checksum.h"
#include "training/batches.h"

namespace ganwright {
namespace {

constexpr int64_t kBatch = 32;

constexpr int64_t kLayers = 4;
constexpr int64_t kChannels = 64;
constexpr int64_t kLargestFeatureSide = 64;
constexpr double kSlope = 0.2;  // below 0, so that no channel dies

// Uniform with variance 2 / inputs (He et al. 2015), of bits that the standard fixes.
torch::Tensor random_kernel(int64_t inputs, std::mt19937_64& random) {
  torch::Tensor kernel = torch::empty({kChannels, inputs, 3, 3}, torch::kFloat32);
  const double bound = std::sqrt(6.0 / static_cast<double>(9 * inputs));
  auto* const weights = kernel.mutable_data_ptr<float>();
  for (int64_t i = 0; i < kernel.numel(); ++i) {
    const double share = static_cast<double>(random() >> 11) * 0x1p-53;
    weights[i] = static_cast<float>((2 * share - 1) * bound);
  }
  return kernel;
}

// 3 x 3 with padding, in whole float32 also where a CUDA device would take TF32, so that features, and what
// is kept of them, are those of the CPU up to rounding.
torch::Tensor exact_convolution(const torch::Tensor& x, const torch::Tensor& kernel) {
  return at::_convolution(x, kernel, {}, {1, 1}, {1, 1}, {1, 1}, /*transposed=*/false, {0, 0}, /*groups=*/1,
                          /*benchmark=*/false, /*deterministic=*/true, /*cudnn_enabled=*/true,
                          /*allow_tf32=*/false);
}

torch::Tensor convolved(const torch::Tensor& pixels, const std::vector<torch::Tensor>& kernels,
                        const torch::Device& device) {
  torch::Tensor x = to_unit_range(pixels, device);
  if (x.size(3) > kLargestFeatureSide) {
    x = at::adaptive_avg_pool2d(x, {kLargestFeatureSide, kLargestFeatureSide});
  }
  std::vector<torch::Tensor> means;
  for (const torch::Tensor& kernel : kernels) {
    x = at::leaky_relu(exact_convolution(x, kernel), kSlope);
    means.push_back(x.mean({2, 3}));
    x = at::avg_pool2d(x, 2, 2, 0, /*ceil_mode=*/true);
  }
  return torch::cat(means, 1);
}

// LibTorch's messages are traces; the last line, or the first, says what is wrong.
std::string last_line(const std::string& text) {
  std::istringstream stream(text);
  std::string last;
  for (std::string line; std::getline(stream, line);) {
    if (line.find_first_not_of(" \t\r") != std::string::npos) {
      last = line;
    }
  }
  return last;
}

std::string first_line(const std::string& text) {
  return text.substr(0, text.find('\n'));
}

bool takes_return_features(const torch::jit::Module& module) {
  const auto& arguments = module.get_method("forward").function().getSchema().arguments();
  return std::any_of(arguments.begin(), arguments.end(),
                     [](const auto& argument) { return argument.name() == "return_features"; });
}

std::string shape_of(const c10::IValue& value) {
  if (!value.isTensor()) {
    return "a " + value.tagKind();
  }
  std::ostringstream text;
  text << value.toTensor().sizes();
  return text.str();
}

torch::Tensor checked(const c10::IValue& value, const std::filesystem::path& path, int64_t count) {
  const bool fits = value.isTensor() && value.toTensor().dim() == 2 && value.toTensor().size(0) == count &&
                    value.toTensor().size(1) > 0 && value.toTensor().is_floating_point();
  if (!fits) {
    throw UsageError(
        fmt::format("--features {} returns {} for {} pictures; it has to return features of each "
                    "as floating-point [{}, d]",
                    path.string(), shape_of(value), count, count));
  }
  return value.toTensor();
}

}  // namespace

FeatureExtractor random_features(const Device& device) {
  std::mt19937_64 random(2020);
  std::vector<torch::Tensor> kernels;
  for (int64_t layer = 0; layer < kLayers; ++layer) {
    kernels.push_back(random_kernel(layer == 0 ? 3 : kChannels, random).to(device.device));
  }
  return {"random", "random convolutions 2", [kernels, where = device.device](const torch::Tensor& pixels) {
            return convolved(pixels, kernels, where);
          }};
}

FeatureExtractor torchscript_features(const std::filesystem::path& path, const Device& device) {
  constexpr uint64_t largest_file = uint64_t{1} << 32;
  std::vector<uint8_t> bytes;
  try {
    bytes = read_file(path, largest_file);
  } catch (const DataError& error) {
    throw UsageError("--features " + path.string() + ": " + error.what() + "; give a TorchScript file");
  }
  try {
    const auto module = std::make_shared<torch::jit::Module>(torch::jit::load(path.string(), device.device));
    module->eval();
    const bool has_flag = takes_return_features(*module);
    const std::string key = fmt::format("TorchScript of {} bytes, {:016x}", bytes.size(),
                                        checksum(std::as_bytes(std::span(bytes))));
    return {path.filename().string(), key, [=, where = device.device](const torch::Tensor& pixels) {
              std::unordered_map<std::string, c10::IValue> named;
              if (has_flag) {
                named["return_features"] = true;
              }
              try {
                return checked(module->get_method("forward")({pixels.to(where)}, named), path,
                               pixels.size(0));
              } catch (const Error&) {
                throw;
              } catch (const std::exception& error) {
                throw UsageError("--features " + path.string() +
                                 " fails on pictures, uint8 [n, 3, S, S]: " + last_line(error.what()));
              }
            }};
  } catch (const std::exception& error) {
    throw UsageError("--features " + path.string() + " is not a TorchScript file with a forward (" +
                     first_line(error.what()) + "); torch.jit.script(network).save(FILE) makes one");
  }
}

torch::Tensor features_of(const FeatureExtractor& extractor, const torch::Tensor& pixels,
                          const ProgressCallback& progress, const InterruptCheck& interrupted) {
  const torch::NoGradGuard no_grad;
  const int64_t total = pixels.size(0);
  torch::Tensor features;
  for (int64_t start = 0; start < total; start += kBatch) {
    if (interrupted && interrupted()) {
      throw Interrupted("interrupted after features of " + std::to_string(start) + " pictures");
    }
    if (progress) {
      progress(start, total);
    }
    const int64_t count = std::min(kBatch, total - start);
    const torch::Tensor batch = pixels.narrow(0, start, count).expand({count, 3, -1, -1}).contiguous();
    const torch::Tensor found = extractor.compute(batch).to(torch::kCPU, torch::kFloat32);
    if (!features.defined()) {
      features = torch::empty({total, found.size(1)}, torch::kFloat32);
    }
    if (found.size(1) != features.size(1) || !torch::isfinite(found).all().item<bool>()) {
      throw UsageError("--features: " + extractor.name + " returns " +
                       (found.size(1) != features.size(1) ? "features of changing length"
                                                          : "numbers that are not finite") +
                       "; take another one");
    }
    features.narrow(0, start, count).copy_(found);
  }
  if (progress) {
    progress(total, total);
  }
  return features;
}

}  // namespace ganwright
