#include "evaluation/picture_copies.h"

#include <algorithm>
#include <numeric>
#include <vector>

namespace ganwright {
namespace {

constexpr int64_t kParts = 8;
constexpr float kMostLevels = 2;
constexpr float kMostOfContrast = 0.05F;

// The means of the parts of each picture: float32 [N, C parts^2].
torch::Tensor hashes_of(const torch::Tensor& pixels) {
  constexpr int64_t kBatch = 1024;
  const int64_t parts = std::min(kParts, pixels.size(3));
  std::vector<torch::Tensor> batches;
  for (const torch::Tensor& batch : pixels.split(kBatch)) {
    batches.push_back(at::adaptive_avg_pool2d(batch.to(torch::kFloat32), {parts, parts}).flatten(1));
  }
  return torch::cat(batches);
}

// Sets that grow together.
class Groups {
 public:
  explicit Groups(size_t count) : parent_(count) { std::iota(parent_.begin(), parent_.end(), size_t{0}); }

  size_t first_of(size_t member) {
    while (parent_[member] != member) {
      member = parent_[member] = parent_[parent_[member]];
    }
    return member;
  }

  // The first of the joined group is the first of both.
  void join(size_t a, size_t b) {
    const size_t first = first_of(a);
    const size_t second = first_of(b);
    parent_[std::max(first, second)] = std::min(first, second);
  }

 private:
  std::vector<size_t> parent_;
};

// Whether the squares of the differences stay within their sum; most pairs leave it after a few.
bool is_near(const float* a, const float* b, int64_t length, float most) {
  float sum = 0;
  for (int64_t i = 0; i < length; ++i) {
    sum += (a[i] - b[i]) * (a[i] - b[i]);
    if (sum > most) {
      return false;
    }
  }
  return true;
}

}  // namespace

int64_t PictureGroups::distinct(const torch::Tensor& groups) {
  return std::get<0>(at::_unique2(groups)).size(0);
}

PictureGroups group_copies(const torch::Tensor& pixels_p, const torch::Tensor& pixels_q) {
  const torch::Tensor unsorted = torch::cat({hashes_of(pixels_p), hashes_of(pixels_q)});
  const torch::Tensor brightness = unsorted.mean(1);
  // Means differ by no more than the root of the mean square does, so only neighbors in brightness are
  // compared.
  const torch::Tensor order = brightness.argsort(/*stable=*/true, /*dim=*/0, /*descending=*/false);
  const torch::Tensor hashes = unsorted.index_select(0, order);
  const torch::Tensor levels = brightness.index_select(0, order);
  const torch::Tensor limits = (hashes.std(1, /*unbiased=*/false) * kMostOfContrast).clamp_max(kMostLevels);
  const int64_t count = hashes.size(0);
  const int64_t length = hashes.size(1);
  const auto* const prints = hashes.const_data_ptr<float>();
  const auto* const level = levels.const_data_ptr<float>();
  const auto* const limit = limits.const_data_ptr<float>();
  const auto* const place = order.const_data_ptr<int64_t>();
  Groups groups(static_cast<size_t>(count));
  for (int64_t i = 0; i < count; ++i) {
    for (int64_t j = i + 1; j < count && level[j] - level[i] <= limit[i]; ++j) {
      const float most = std::min(limit[i], limit[j]);
      if (is_near(prints + i * length, prints + j * length, length,
                  most * most * static_cast<float>(length))) {
        groups.join(static_cast<size_t>(place[i]), static_cast<size_t>(place[j]));
      }
    }
  }
  // Numbered in the order in which their first pictures stand.
  const torch::Tensor numbers = torch::empty({count}, torch::kInt64);
  auto number = numbers.accessor<int64_t, 1>();
  int64_t found = 0;
  for (int64_t i = 0; i < count; ++i) {
    const auto first = static_cast<int64_t>(groups.first_of(static_cast<size_t>(i)));
    number[i] = first == i ? found++ : number[first];
  }
  return {numbers.slice(0, 0, pixels_p.size(0)), numbers.slice(0, pixels_p.size(0)), found};
}

}  // namespace ganwright
