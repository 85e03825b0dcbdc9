#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "commands/command.h"
#include "run/run_options.h"
#include "tests/support/program.h"

namespace ganwright {
namespace {

using test_support::run_program;

TEST(Help, ListsEveryCommandWithItsSummaryOnALineOfItsOwn) {
  const auto outcome = run_program("--help");
  EXPECT_EQ(outcome.exit_code, 0);
  std::string lines = "\nCommands:\n";
  for (const Command& command : command_table()) {
    EXPECT_FALSE(command.summary.empty()) << command.name;
    lines += "  " + command.name + std::string(12 - command.name.size(), ' ') + command.summary + "\n";
  }
  EXPECT_NE(outcome.output.find(lines + "\n"), std::string::npos) << outcome.output;
  EXPECT_EQ(run_program("help").output, outcome.output);
  EXPECT_EQ(run_program("").exit_code, 2);
}

TEST(Help, EachCommandShowsItsUsageWithExamples) {
  for (const Command& command : command_table()) {
    const auto outcome = run_program(command.name + " --help");
    EXPECT_EQ(outcome.exit_code, 0);
    EXPECT_NE(outcome.output.find("Usage: ganwright " + command.name), std::string::npos) << outcome.output;
    EXPECT_NE(outcome.output.find("Examples:\n  ganwright " + command.name), std::string::npos)
        << outcome.output;
  }
}

TEST(Help, ResumeShowsThatValuesComeFromTheRun) {
  const std::string help = run_program("resume --help").output;
  RunOptions options;
  // That they are always refused goes without saying.
  std::set<std::string> refused(kShapeOptions.begin(), kShapeOptions.end());
  refused.insert("out");
  const std::vector<std::string> names = run_option_table(options).names();
  for (const std::string& name : refused) {
    EXPECT_NE(std::find(names.begin(), names.end(), name), names.end()) << name;
  }
  for (const std::string& name : names) {
    const size_t start = help.find("\n  --" + name + " ");
    if (refused.contains(name)) {
      EXPECT_EQ(start, std::string::npos) << name;
      continue;
    }
    ASSERT_NE(start, std::string::npos) << name;
    const std::string line = help.substr(start + 1, help.find('\n', start + 1) - start - 1);
    EXPECT_TRUE(line.ends_with("[as in the run]")) << line;
  }
}

}  // namespace
}  // namespace ganwright
