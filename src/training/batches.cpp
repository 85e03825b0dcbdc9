#include "training/batches.h"

#include <ATen/CPUGeneratorImpl.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "training/device.h"

namespace ganwright {
namespace {

// Batches that may be under way. Further ahead of the device, pinned memory would pile up and Ctrl-C would
// wait for all that was enqueued.
constexpr size_t kAhead = 2;

}  // namespace

Batches::Batches(torch::Tensor pixels, const torch::Tensor& labels, int64_t batch_size, int64_t seed)
    : pixels_(std::move(pixels)),
      labels_(labels.to(pixels_.device())),
      batch_size_(batch_size),
      seed_(seed) {}

const torch::Tensor& Batches::order_of(int64_t epoch) {
  if (epoch != order_epoch_) {
    // Seeds of neighboring epochs are spread, since a generator's first numbers resemble its seed's
    // neighbor's.
    const auto mixed = static_cast<uint64_t>(seed_) * 0x9E3779B97F4A7C15U + static_cast<uint64_t>(epoch);
    at::Generator generator = at::detail::createCPUGenerator(mixed * 0xBF58476D1CE4E5B9U);
    order_ = torch::randperm(pixels_.size(0), generator, torch::kInt64);
    order_epoch_ = epoch;
  }
  return order_;
}

LabeledImages Batches::next(const torch::Device& device) {
  const int64_t count = pixels_.size(0);
  std::vector<torch::Tensor> parts;
  for (int64_t taken = 0; taken < batch_size_;) {
    const int64_t start = position_ % count;
    const int64_t length = std::min(batch_size_ - taken, count - start);
    parts.push_back(order_of(position_ / count).narrow(0, start, length));
    position_ += length;
    taken += length;
  }
  if (in_use_.size() == kAhead) {
    in_use_.front().synchronize();
    in_use_.pop_front();
  }
  const torch::Tensor indices = staged(torch::cat(parts), pixels_.device());
  LabeledImages batch{to_unit_range(pixels_.index_select(0, indices), device),
                      staged(labels_.index_select(0, indices), device)};
  if (device.is_cuda()) {
    in_use_.emplace_back(device.type());
    in_use_.back().record(c10::impl::VirtualGuardImpl(device.type()).getStream(device));
  }
  return batch;
}

torch::Tensor to_unit_range(const torch::Tensor& pixels, const torch::Device& device) {
  return staged(pixels, device).to(torch::kFloat32).div_(127.5).sub_(1.0);
}

}  // namespace ganwright
