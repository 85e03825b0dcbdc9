#pragma once

#include <c10/core/Event.h>
#include <torch/types.h>

#include <cstdint>
#include <deque>

namespace ganwright {

/// Images with their classes.
struct LabeledImages {
  torch::Tensor images;  ///< float32 [batch, C, H, W] in [-1, 1]
  torch::Tensor labels;  ///< int64 [batch] on the same device
};

/// Batches from pictures in memory, in an order that depends on the seed and the position alone: every epoch
/// is a fresh permutation, batches run on from one epoch into the next, and a set smaller than a batch
/// repeats.
class Batches {
 public:
  /// `pixels`: uint8 [N, C, H, W], `labels`: int64 [N], on the CPU or a device, N > 0.
  Batches(torch::Tensor pixels, const torch::Tensor& labels, int64_t batch_size, int64_t seed);

  /// The next batch on `device`. On a CUDA device it is still on its way there: this thread waits for nothing
  /// but the batch before the last one, so that it is never more than two steps ahead of the device.
  LabeledImages next(const torch::Device& device);

  /// Pictures handed out so far. Setting it continues from there, as if all before had been taken.
  [[nodiscard]] int64_t position() const { return position_; }
  void set_position(int64_t position) { position_ = position; }

 private:
  const torch::Tensor& order_of(int64_t epoch);

  torch::Tensor pixels_;
  torch::Tensor labels_;
  int64_t batch_size_;
  int64_t seed_;
  int64_t position_ = 0;
  int64_t order_epoch_ = -1;
  torch::Tensor order_;
  std::deque<c10::Event> in_use_;  // the arrival of the last batches on a CUDA device
};

/// uint8 [0, 255] to float32 [-1, 1] on `device`.
torch::Tensor to_unit_range(const torch::Tensor& pixels, const torch::Device& device);

}  // namespace ganwright
