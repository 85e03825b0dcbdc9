#include "training/peak_memory.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "training/device.h"

namespace ganwright {
namespace {

constexpr int64_t kBytes = 200'000'000;

TEST(PeakMemory, OfTheProcessGrowsByWhatIsTouchedAndStays) {
  const int64_t before = peak_memory(torch::kCPU);
  // A whole program with LibTorch lies in memory.
  EXPECT_GT(before, 20'000'000);
  {
    const torch::Tensor touched = torch::ones({kBytes}, torch::kUInt8);
  }
  const int64_t after = peak_memory(torch::kCPU);
  // What an earlier test of this process has touched and freed may be part of the peak already.
  EXPECT_GE(after, std::max(before, kBytes));
  EXPECT_LT(after, before + kBytes + 50'000'000);
  EXPECT_GE(peak_memory(torch::kCPU), after);
}

TEST(PeakMemory, OfADeviceIsThatOfItsTensors) {
  Device device;
  try {
    device = select_device(DeviceChoice::cuda);
  } catch (const std::exception& error) {
    GTEST_SKIP() << error.what();
  }
  const int64_t before = peak_memory(device.device);
  {
    const torch::Tensor held = torch::ones({before + kBytes}, device.device);
  }
  EXPECT_GE(peak_memory(device.device), before + kBytes);
}

}  // namespace
}  // namespace ganwright
