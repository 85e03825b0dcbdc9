#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <sstream>
#include <string>
#include <vector>

#include "commands/command.h"
#include "losses/divergence/named_loss.h"
#include "system/process.h"
#include "tests/support/program.h"

namespace ganwright {
namespace {

using test_support::run_program;

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    lines.push_back(line);
  }
  return lines;
}

bool holds(const std::vector<std::string>& lines, const std::string& line) {
  return std::find(lines.begin(), lines.end(), line) != lines.end();
}

bool is_installed(const char* program) {
  return std::system(("command -v " + std::string(program) + " >/dev/null").c_str()) == 0;
}

// What bash offers for the last of the words.
std::vector<std::string> offered(const std::vector<std::string>& words) {
  static const std::string completion = run_program("help --bash").output;
  std::string script = completion + "COMP_WORDS=(";
  for (const std::string& word : words) {
    script += " '" + word + "'";
  }
  script += ")\nCOMP_CWORD=$((${#COMP_WORDS[@]} - 1))\n_ganwright\nprintf '%s\\n' \"${COMPREPLY[@]}\"\n";
  const ProgramResult result = run_and_capture({"bash", "--norc"}, script);
  EXPECT_EQ(result.errors, "");
  return lines_of(result.output);
}

TEST(BashCompletion, OffersCommands) {
  std::vector<std::string> expected;
  for (const Command& command : command_table()) {
    expected.push_back(command.name);
  }
  for (const char* other : {"help", "--help", "--version"}) {
    expected.emplace_back(other);
  }
  EXPECT_EQ(offered({"ganwright", ""}), expected);
  EXPECT_EQ(offered({"ganwright", "re"}), (std::vector<std::string>{"resume", "report"}));
}

TEST(BashCompletion, OffersTheFlagsOfACommand) {
  EXPECT_EQ(offered({"ganwright", "sample", "run", "--c"}),
            (std::vector<std::string>{"--count", "--checkpoint", "--class"}));
  for (const Command& command : command_table()) {
    const std::vector<std::string> flags = offered({"ganwright", command.name, "--"});
    EXPECT_TRUE(holds(flags, "--help")) << command.name;
    for (const OptionText& option : command.body.options()) {
      EXPECT_TRUE(option.is_positional || holds(flags, "--" + option.name)) << command.name << option.name;
    }
  }
}

TEST(BashCompletion, OffersTheValuesOfAChoice) {
  EXPECT_EQ(offered({"ganwright", "train", "--device", "c"}), (std::vector<std::string>{"cpu", "cuda"}));
  EXPECT_EQ(offered({"ganwright", "train", "--device", "=", "c"}), (std::vector<std::string>{"cpu", "cuda"}));
  EXPECT_EQ(offered({"ganwright", "train", "--divergence", ""}), loss_names());
  EXPECT_EQ(offered({"ganwright", "show", "rev"}), (std::vector<std::string>{"reverse-kl"}));
  EXPECT_EQ(offered({"ganwright", "compare", "--divergences", "kl,rev"}),
            (std::vector<std::string>{"kl,reverse-kl"}));
}

TEST(BashCompletion, LeavesFileNamesToBash) {
  EXPECT_EQ(offered({"ganwright", "train", "--data", "x"}), (std::vector<std::string>{""}));
}

TEST(ZshCompletion, IsReadByZshAndHoldsEveryFlag) {
  const std::string script = run_program("help --zsh").output;
  EXPECT_TRUE(script.starts_with("#compdef ganwright\n"));
  for (const Command& command : command_table()) {
    const size_t start = script.find("    " + command.name + ")\n");
    ASSERT_NE(start, std::string::npos) << command.name;
    const std::string part = script.substr(start, script.find(";;", start) - start);
    for (const OptionText& option : command.body.options()) {
      EXPECT_TRUE(option.is_positional || part.find("--" + option.name) != std::string::npos) << option.name;
    }
  }
  if (!is_installed("zsh")) {
    GTEST_SKIP() << "zsh is not installed";
  }
  EXPECT_EQ(run_and_capture({"zsh", "-n"}, script).errors, "");
}

TEST(ManPage, TellsEveryCommandWithItsOptions) {
  const std::string page = run_program("help --man").output;
  for (const Command& command : command_table()) {
    EXPECT_NE(page.find("\n.TP\n\\fB" + command.name + "\\fR\n"), std::string::npos) << command.name;
    const size_t start = page.find("\n.SS " + command.name + "\n");
    ASSERT_NE(start, std::string::npos) << command.name;
    const std::string section = page.substr(start, page.find("\n.S", start + 1) - start);
    for (const OptionText& option : command.body.options()) {
      std::string name = (option.is_positional ? "" : "--") + option.name;
      for (size_t at = 0; (at = name.find('-', at)) != std::string::npos; at += 2) {
        name.insert(at, "\\");
      }
      EXPECT_NE(section.find("\\fB" + name + "\\fR"), std::string::npos) << command.name << " " << name;
    }
  }
}

TEST(ManPage, IsCleanRoff) {
  if (!is_installed("groff")) {
    GTEST_SKIP() << "groff is not installed";
  }
  const ProgramResult result =
      run_and_capture({"groff", "-man", "-Tutf8", "-ww"}, run_program("help --man").output);
  EXPECT_EQ(result.exit_code, 0);
  EXPECT_EQ(result.errors, "");
  EXPECT_NE(result.output.find("at least 0"), std::string::npos);
}

}  // namespace
}  // namespace ganwright
