#include "training/batches.h"

#include <gtest/gtest.h>

#include <set>

#include "tests/support/cuda_or_skip.h"

namespace ganwright {
namespace {

// Pictures of one pixel whose value is their index.
torch::Tensor numbered_pictures(int64_t count) {
  return torch::arange(count, torch::kInt64).to(torch::kUInt8).view({count, 1, 1, 1});
}

// The class of each is its index, too.
Batches numbered_batches(int64_t count, int64_t batch_size, int64_t seed) {
  return Batches(numbered_pictures(count), torch::arange(count, torch::kInt64), batch_size, seed);
}

std::vector<int64_t> take(Batches& batches) {
  const LabeledImages batch = batches.next(torch::kCPU);
  const torch::Tensor values = ((batch.images + 1) * 127.5).round().to(torch::kInt64).flatten();
  EXPECT_TRUE(torch::equal(values, batch.labels));
  return {values.data_ptr<int64_t>(), values.data_ptr<int64_t>() + values.numel()};
}

TEST(Batches, EveryEpochShowsEveryPictureOnce) {
  Batches batches = numbered_batches(12, 4, 0);
  for (int epoch = 0; epoch < 3; ++epoch) {
    std::set<int64_t> seen;
    for (int i = 0; i < 3; ++i) {
      for (const int64_t picture : take(batches)) {
        seen.insert(picture);
      }
    }
    EXPECT_EQ(seen.size(), 12U);
  }
}

TEST(Batches, EpochsAndSeedsHaveOrdersOfTheirOwn) {
  Batches batches = numbered_batches(50, 50, 0);
  Batches other = numbered_batches(50, 50, 1);
  const auto first = take(batches);
  const auto second = take(batches);
  EXPECT_NE(first, second);
  EXPECT_NE(first, take(other));
  EXPECT_NE(second, take(other));
}

TEST(Batches, RunOnFromOneEpochIntoTheNext) {
  Batches batches = numbered_batches(10, 4, 0);
  std::multiset<int64_t> seen;
  for (int i = 0; i < 5; ++i) {
    for (const int64_t picture : take(batches)) {
      seen.insert(picture);
    }
  }
  for (int64_t picture = 0; picture < 10; ++picture) {
    EXPECT_EQ(seen.count(picture), 2U) << picture;
  }
}

TEST(Batches, RepeatASetSmallerThanABatch) {
  Batches batches = numbered_batches(3, 7, 0);
  const auto batch = take(batches);
  EXPECT_EQ(batch.size(), 7U);
  EXPECT_EQ(std::set<int64_t>(batch.begin(), batch.end()).size(), 3U);
}

TEST(Batches, APositionSaysAllAboutWhatComesNext) {
  Batches walked = numbered_batches(23, 5, 3);
  for (int i = 0; i < 13; ++i) {
    take(walked);
  }
  Batches jumped = numbered_batches(23, 5, 3);
  jumped.set_position(walked.position());
  EXPECT_EQ(take(walked), take(jumped));
}

TEST(ToUnitRange, BlackIsMinusOneAndWhiteIsOne) {
  const torch::Tensor pixels = torch::tensor({0, 255}, torch::kUInt8);
  EXPECT_TRUE(torch::equal(to_unit_range(pixels, torch::kCPU), torch::tensor({-1.0F, 1.0F})));
}

TEST(Batches, OnCudaAreThoseOnTheCpuWhereverThePicturesLie) {
  const auto [device, reason] = test_support::cuda_device();
  if (!device) {
    GTEST_SKIP() << reason;
  }
  for (const torch::Device& place : {torch::Device(torch::kCPU), *device}) {
    Batches expected = numbered_batches(10, 4, 0);
    Batches batches(numbered_pictures(10).to(place), torch::arange(10, torch::kInt64), 4, 0);
    for (int i = 0; i < 6; ++i) {
      const LabeledImages batch = batches.next(*device);
      const LabeledImages same = expected.next(torch::kCPU);
      EXPECT_EQ(batch.images.device(), *device);
      EXPECT_TRUE(torch::allclose(batch.images.cpu(), same.images));
      EXPECT_TRUE(torch::equal(batch.labels.cpu(), same.labels));
    }
  }
}

}  // namespace
}  // namespace ganwright
