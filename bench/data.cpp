/// Times how pictures come to the training loop: the first pass over a folder, which decodes it and writes
/// the cache, later passes from the cache, and the loop's wait for a batch. Prints a name and a number a
/// line; bench/data puts them beside torchvision's.
///
///   bench_data FOLDER SIZE CACHE
#include <spdlog/spdlog.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <exception>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "data/image_folder.h"
#include "models/host_memory.h"
#include "training/batches.h"

namespace {

using namespace ganwright;

constexpr int64_t kBatchSize = 64;
constexpr int kTimes = 5;

double seconds(const std::function<void()>& action) {
  const auto start = std::chrono::steady_clock::now();
  action();
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

double median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
}

/// The median of kTimes measurements, each after a `preparation` that is not timed.
double median_seconds(const std::function<void()>& preparation, const std::function<void()>& action) {
  std::vector<double> all;
  for (int i = 0; i < kTimes; ++i) {
    preparation();
    all.push_back(seconds(action));
  }
  return median(all);
}

void take_every_batch(const Dataset& dataset) {
  Batches batches(dataset.pixels, dataset.labels, kBatchSize, 1);
  while (batches.position() < dataset.pixels.size(0)) batches.next(torch::kCPU);
}

/// How long the training loop waits for one of `count` batches of pictures that are loaded.
double median_wait(int64_t channels, int64_t size) {
  constexpr int64_t kPictures = 20'000;
  constexpr int kBatches = 1'000;
  const auto pixels = torch::randint(256, {kPictures, channels, size, size}, torch::kUInt8);
  Batches batches(pixels, torch::zeros({kPictures}, torch::kInt64), kBatchSize, 1);
  std::vector<double> waits;
  for (int i = 0; i < kBatches; ++i) waits.push_back(seconds([&] { batches.next(torch::kCPU); }));
  return median(waits);
}

void run(const std::filesystem::path& folder, int64_t size, const std::filesystem::path& cache) {
  ImageFolderOptions options;
  options.size = size;
  options.cache = cache;
  const auto load = [&] { return load_image_folder(folder, options); };
  const auto forget = [&] { std::filesystem::remove_all(cache); };
  const auto nothing = [] {};
  const auto print = [](const char* name, double value) { std::printf("%s %.9f\n", name, value); };

  print("first_pass", median_seconds(forget, [&] { take_every_batch(load()); }));
  print("first_load", median_seconds(forget, load));
  print("later_pass", median_seconds(nothing, [&] { take_every_batch(load()); }));
  print("later_load", median_seconds(nothing, load));
  const Dataset dataset = load();
  print("epoch", median_seconds(nothing, [&] { take_every_batch(dataset); }));
  print("pictures", static_cast<double>(dataset.pixels.size(0)));
  print("wait_grey_28", median_wait(1, 28));
  print("wait_color_64", median_wait(3, 64));
}

}  // namespace

int main(int count, char** arguments) {
  if (count != 4) {
    std::fputs("usage: bench_data FOLDER SIZE CACHE\n", stderr);
    return 2;
  }
  spdlog::set_level(spdlog::level::warn);
  keep_freed_memory();
  try {
    run(arguments[1], std::stoll(arguments[2]), arguments[3]);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "bench_data: %s\n", error.what());
    return 1;
  }
  return 0;
}
