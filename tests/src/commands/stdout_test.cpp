#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>

#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using namespace test_support;

TEST(Stdout, EndsTheProgramSilentlyWhereNobodyReadsIt) {
  const TemporaryFolder folder;
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  close(ends[0]);
  for (const std::string arguments :
       {"losses", "losses --json", "show kl", "check kl", "--help", "train --help"}) {
    const std::string errors = folder / "errors";
    const int status = std::system(
        (GANWRIGHT_BINARY " " + arguments + " >&" + std::to_string(ends[1]) + " 2>" + errors).c_str());
    EXPECT_EQ(WEXITSTATUS(status), 128 + SIGPIPE) << arguments;
    EXPECT_EQ(read_file(errors), "") << arguments;
  }
  close(ends[1]);
}

TEST(Stdout, ThatTakesNothingElseIsAnError) {
  if (access("/dev/full", W_OK) != 0) {
    GTEST_SKIP() << "no /dev/full here";
  }
  const TemporaryFolder folder;
  const std::string errors = folder / "errors";
  const int status = std::system((GANWRIGHT_BINARY " losses --json >/dev/full 2>" + errors).c_str());
  EXPECT_EQ(WEXITSTATUS(status), 1);
  EXPECT_EQ(read_file(errors).find("cannot write the results to stdout"), 0U) << read_file(errors);
}

}  // namespace
}  // namespace ganwright
