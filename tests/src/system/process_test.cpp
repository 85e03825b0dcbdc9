#include "system/process.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <iostream>
#include <system_error>
#include <thread>

#include "errors.h"
#include "tests/support/environment.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::read_file;
using test_support::TemporaryFolder;

int exit_code_at_the_end(ChildProcess& child) {
  while (!child.exit_code()) {
    std::this_thread::yield();
  }
  return *child.exit_code();
}

// Arguments that make a child, which is this test program, run one of the tests below.
std::vector<std::string> only(const std::string& test) {
  return {"--gtest_also_run_disabled_tests", "--gtest_filter=DISABLED_InTheChild." + test};
}

TEST(DISABLED_InTheChild, Speaks) {
  std::cout << "threads: " << std::getenv("OMP_NUM_THREADS") << "\n";
  std::cerr << "and errors\n";
}

TEST(DISABLED_InTheChild, WaitsForASignal) {
  pause();
}

TEST(RunAndCapture, GivesTheInputAndReturnsOutputAndErrors) {
  const std::string much(1 << 20, 'x');  // more than a pipe holds
  const ProgramResult result = run_and_capture({"sh", "-c", "cat; echo refused >&2; exit 3"}, much);
  EXPECT_EQ(result.exit_code, 3);
  EXPECT_EQ(result.output, much);
  EXPECT_EQ(result.errors, "refused\n");
}

TEST(RunAndCapture, TellsTheSignalThatEndedAProgram) {
  EXPECT_EQ(run_and_capture({"sh", "-c", "kill -TERM $$"}, "").exit_code, 128 + SIGTERM);
}

TEST(RunAndCapture, ThrowsTheReasonWhyAProgramCannotBeStarted) {
  try {
    run_and_capture({"ganwright-no-such-program"}, "");
    FAIL();
  } catch (const std::system_error& error) {
    EXPECT_EQ(error.code(), std::errc::no_such_file_or_directory);
  }
}

TEST(ChildProcess, IsThisProgramWithItsOutputInAFile) {
  const TemporaryFolder folder;
  const test_support::Environment unset("OMP_NUM_THREADS", nullptr);
  ChildProcess child(only("Speaks"), folder / "output", 3);
  EXPECT_EQ(exit_code_at_the_end(child), 0);
  const std::string output = read_file(folder / "output");
  EXPECT_NE(output.find("threads: 3"), std::string::npos) << output;
  EXPECT_NE(output.find("and errors"), std::string::npos) << output;
}

TEST(ChildProcess, StopsWhenInterrupted) {
  const TemporaryFolder folder;
  ChildProcess child(only("WaitsForASignal"), folder / "output", 1);
  EXPECT_FALSE(child.exit_code());
  child.interrupt();
  EXPECT_EQ(exit_code_at_the_end(child), 128 + SIGINT);
}

TEST(ChildProcess, NeedsAFileForItsOutput) {
  EXPECT_THROW(ChildProcess({}, "/nowhere/output", 1), WriteError);
}

}  // namespace
}  // namespace ganwright
