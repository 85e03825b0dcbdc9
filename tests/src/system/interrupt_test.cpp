#include "system/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <array>

namespace ganwright {
namespace {

class Interrupt : public ::testing::Test {
 protected:
  void SetUp() override {
    for (size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], nullptr, &previous_[i]);
    }
    clear_interrupt();
    install_interrupt_handler();
  }

  void TearDown() override {
    for (size_t i = 0; i < kSignals.size(); ++i) {
      sigaction(kSignals[i], &previous_[i], nullptr);
    }
    clear_interrupt();
  }

  static constexpr std::array<int, 2> kSignals{SIGINT, SIGTERM};

 private:
  std::array<struct sigaction, 2> previous_{};
};

TEST_F(Interrupt, TheFirstSignalOfEitherKindSetsTheFlagAndSaysSo) {
  for (const int number : kSignals) {
    EXPECT_FALSE(interrupted());
    ::testing::internal::CaptureStderr();
    raise(number);
    EXPECT_EQ(::testing::internal::GetCapturedStderr(), "\nstopping; press Ctrl-C again to quit at once\n");
    EXPECT_TRUE(interrupted());
    clear_interrupt();
  }
}

TEST_F(Interrupt, ARequestCountsAsASignal) {
  request_interrupt();
  EXPECT_TRUE(interrupted());
}

using InterruptDeathTest = Interrupt;

TEST_F(InterruptDeathTest, TheSecondSignalQuitsAtOnceWithCode130) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const int second : kSignals) {
    EXPECT_EXIT(
        {
          raise(SIGINT);
          raise(second);
        },
        ::testing::ExitedWithCode(130), "stopping; press");
  }
}

}  // namespace
}  // namespace ganwright
