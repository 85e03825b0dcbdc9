#include "run/session.h"

#include <gtest/gtest.h>

#include <cstdio>

namespace ganwright {
namespace {

// What a shell makes of a line, a word a line.
std::string words_in_shell(const std::string& line) {
  FILE* const output = popen(("printf '%s\\n' " + line).c_str(), "r");
  std::string text;
  for (int c = fgetc(output); c != EOF; c = fgetc(output)) {
    text += static_cast<char>(c);
  }
  pclose(output);
  return text;
}

TEST(ShellText, ReadsBackAsTheSameWords) {
  EXPECT_EQ(shell_text({"ganwright", "train", "--out", "runs/a-1"}), "ganwright train --out runs/a-1");
  EXPECT_EQ(words_in_shell(shell_text({"--f", "t*log(t) - 1", "it's", "", "$HOME", "~", "a\"b\\"})),
            "--f\nt*log(t) - 1\nit's\n\n$HOME\n~\na\"b\\\n");
}

TEST(Session, IsRecordedWithWhatItRunsOn) {
  const nlohmann::ordered_json record = session_record({.description = "a device"}, 7);
  EXPECT_EQ(record.at("step"), 7);
  EXPECT_EQ(record.at("device"), "a device");
  EXPECT_EQ(record.at("LibTorch").get<std::string>().substr(0, 2), "2.");
  EXPECT_GE(record.at("threads").get<int>(), 1);
  EXPECT_FALSE(record.at("processor").get<std::string>().empty());
  // This test's own.
  EXPECT_NE(record.at("command").get<std::string>().find("test"), std::string::npos);
}

}  // namespace
}  // namespace ganwright
