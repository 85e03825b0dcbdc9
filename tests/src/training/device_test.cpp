#include "training/device.h"

#include <gtest/gtest.h>

#include "errors.h"

namespace ganwright {
namespace {

TEST(SelectDevice, CpuIsAlwaysThere) {
  EXPECT_TRUE(select_device(DeviceChoice::cpu).device.is_cpu());
}

TEST(SelectDevice, AutoAgreesWithWhatCudaSays) {
  bool cuda_works = true;
  try {
    select_device(DeviceChoice::cuda);
  } catch (const TrainingError& error) {
    cuda_works = false;
    EXPECT_NE(std::string(error.what()).find("cuda"), std::string::npos);
  }
  if (!cuda_works) {
    EXPECT_TRUE(select_device(DeviceChoice::automatic).device.is_cpu());
  } else {
    EXPECT_TRUE(select_device(DeviceChoice::automatic).device.is_cuda());
    EXPECT_GT(free_memory(select_device(DeviceChoice::cuda).device), 0);
  }
}

TEST(Staged, ATensorThatIsThereStaysWhereItIs) {
  const torch::Tensor tensor = torch::arange(3);
  EXPECT_TRUE(staged(tensor, torch::kCPU).is_same(tensor));
}

}  // namespace
}  // namespace ganwright
