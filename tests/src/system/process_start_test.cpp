#include "system/process_start.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>

namespace ganwright {
namespace {

TEST(ProcessStartDeathTest, AFileGetsNoNumberOfAStandardStreamThatWasClosed) {
  EXPECT_EXIT(
      {
        close(STDIN_FILENO);
        close(STDOUT_FILENO);
        close(STDERR_FILENO);
        open_standard_streams();
        const bool fails = write(STDOUT_FILENO, "x", 1) < 0;
        std::_Exit(fails && open("/dev/null", O_RDONLY) > STDERR_FILENO ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

TEST(ProcessStartDeathTest, ATinyStackIsRaisedWhereTheSystemAllowsIt) {
  EXPECT_EXIT(
      {
        rlimit limit{};
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = 64 << 10;
        setrlimit(RLIMIT_STACK, &limit);
        const bool raised = has_enough_stack();
        getrlimit(RLIMIT_STACK, &limit);
        limit.rlim_cur = limit.rlim_max = 64 << 10;
        setrlimit(RLIMIT_STACK, &limit);
        std::_Exit(raised && !has_enough_stack() ? 0 : 1);
      },
      ::testing::ExitedWithCode(0), "");
}

}  // namespace
}  // namespace ganwright
