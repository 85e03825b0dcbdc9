#include "system/interrupt.h"

#include <gtest/gtest.h>
#include <signal.h>

#include <array>
#include <cstdlib>

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

  static constexpr std::array<int, 8> kSignals{SIGINT,  SIGTERM, SIGHUP,  SIGQUIT,
                                               SIGXCPU, SIGALRM, SIGUSR1, SIGUSR2};

 private:
  std::array<struct sigaction, 8> previous_{};
};

TEST_F(Interrupt, TheFirstSignalOfAnyKindSetsTheFlagAndSaysSo) {
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

TEST_F(InterruptDeathTest, ALaterCtrlCQuitsAtOnceWithCode130) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  for (const int first : {SIGINT, SIGHUP}) {
    EXPECT_EXIT(
        {
          raise(first);
          raise(SIGINT);
        },
        ::testing::ExitedWithCode(130), "stopping; press");
  }
}

// A terminal that goes sends SIGHUP twice, a scheduler SIGUSR1 and then SIGTERM: there is still time to save.
TEST_F(InterruptDeathTest, AnyOtherLaterSignalLetsTheWorkBeSaved) {
  GTEST_FLAG_SET(death_test_style, "threadsafe");
  EXPECT_EXIT(
      {
        for (const int number : kSignals) {
          if (number != SIGINT) {
            raise(number);
            raise(number);
          }
        }
        std::_Exit(interrupted() ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "stopping; press");
}

TEST_F(Interrupt, ASignalThatWasIgnoredAtTheStartStaysSo) {
  signal(SIGHUP, SIG_IGN);
  install_interrupt_handler();
  raise(SIGHUP);
  EXPECT_FALSE(interrupted()) << "nohup";
}

}  // namespace
}  // namespace ganwright
