// The commands that README.md shows exist: those that are done in seconds run, the flags of the others are
// known.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <sstream>
#include <string>
#include <vector>

#include "commands/command.h"
#include "tests/support/program.h"

namespace ganwright {
namespace {

using test_support::run_program;

std::vector<std::string> documented_commands() {
  std::ifstream readme(std::string(GANWRIGHT_SOURCE_DIR) + "/README.md");
  const std::string start = "    build/release/ganwright ";
  std::vector<std::string> commands;
  for (std::string line; std::getline(readme, line);) {
    if (line.starts_with(start)) {
      commands.push_back(line.substr(start.size()));
    }
  }
  return commands;
}

std::string verb_of(const std::string& command) {
  return command.substr(0, command.find(' '));
}

TEST(Readme, ShowsEveryCommand) {
  std::string all;
  for (const std::string& command : documented_commands()) {
    all += verb_of(command) + "\n";
  }
  for (const Command& command : command_table()) {
    const bool is_shown = all.find(command.name + "\n") != std::string::npos || command.name == "losses";
    EXPECT_TRUE(is_shown) << command.name;
  }
}

TEST(Readme, ItsQuickCommandsRun) {
  const std::filesystem::path folder = std::filesystem::path(testing::TempDir()) / "ganwright_readme";
  std::filesystem::create_directories(folder);
  int count = 0;
  for (std::string command : documented_commands()) {
    const std::string verb = verb_of(command);
    if (verb != "check" && verb != "show" && verb != "toy") {
      continue;
    }
    if (const size_t out = command.find("--out "); out != std::string::npos) {
      command.insert(out + 6, folder.string() + "/");
    }
    const auto outcome = run_program(command);
    EXPECT_EQ(outcome.exit_code, 0) << command << "\n" << outcome.errors;
    ++count;
  }
  EXPECT_GE(count, 5);
  std::filesystem::remove_all(folder);
}

TEST(Readme, EveryFlagThatItShowsIsInTheHelpOfItsCommand) {
  for (const std::string& command : documented_commands()) {
    const std::string help = run_program(verb_of(command) + " --help").output;
    std::istringstream words(command);
    for (std::string word; words >> word;) {
      if (word.starts_with("--")) {
        EXPECT_NE(help.find("  " + word + " "), std::string::npos) << command << ": " << word;
      }
    }
  }
}

TEST(Readme, EveryFlagThatItSpeaksOfIsInTheHelpOfACommand) {
  std::string help;
  for (const Command& command : command_table()) {
    help += run_program(command.name + " --help").output;
  }
  std::ifstream readme(std::string(GANWRIGHT_SOURCE_DIR) + "/README.md");
  const std::string text{std::istreambuf_iterator<char>(readme), {}};
  const std::regex flag("`[^`\\n]*`");
  const std::regex name("(^|[ `])(--[a-z][a-z0-9-]*)");
  int count = 0;
  for (std::sregex_iterator quoted(text.begin(), text.end(), flag), end; quoted != end; ++quoted) {
    const std::string words = quoted->str();
    if (words.find("scripts/") != std::string::npos || words.find("--help") != std::string::npos) {
      continue;
    }
    for (std::sregex_iterator found(words.begin(), words.end(), name); found != end; ++found) {
      EXPECT_NE(help.find("  " + found->str(2) + " "), std::string::npos) << words;
      ++count;
    }
  }
  EXPECT_GE(count, 20);
}

}  // namespace
}  // namespace ganwright
