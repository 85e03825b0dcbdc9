#include "run/session.h"

#include <ATen/Parallel.h>
#include <gtest/gtest.h>
#include <torch/version.h>

#include <cstdio>
#include <ctime>

#include "files/json_lines.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "tests/support/thread_count.h"

namespace ganwright {
namespace {

std::string output_of(const std::string& command) {
  FILE* const output = popen(command.c_str(), "r");
  std::string text;
  for (int c = fgetc(output); c != EOF; c = fgetc(output)) {
    text += static_cast<char>(c);
  }
  pclose(output);
  return text;
}

TEST(ShellText, ReadsBackAsTheSameWords) {
  EXPECT_EQ(shell_text({"ganwright", "train", "--out", "runs/a-1"}), "ganwright train --out runs/a-1");
  // A word a line.
  EXPECT_EQ(
      output_of("printf '%s\\n' " + shell_text({"--f", "t*log(t) - 1", "it's", "", "$HOME", "~", "a\"b\\"})),
      "--f\nt*log(t) - 1\nit's\n\n$HOME\n~\na\"b\\\n");
}

// The first line of a command's output; "unknown" for none.
std::string line_of(const std::string& command) {
  const std::string output = output_of(command);
  return output.empty() ? "unknown" : output.substr(0, output.find('\n'));
}

TEST(Session, IsRecordedWithWhatItRunsOn) {
  const test_support::ThreadCount threads(3);
  const std::time_t before = std::time(nullptr);
  const nlohmann::ordered_json record = session_record({}, {.description = "a device"}, 7);
  const std::time_t after = std::time(nullptr);
  EXPECT_EQ(record.at("step"), 7);
  EXPECT_EQ(record.at("device"), "a device");
  EXPECT_EQ(record.at("LibTorch"), TORCH_VERSION);
  EXPECT_EQ(record.at("threads"), 3);
  EXPECT_EQ(record.at("processor"), line_of("sed -n 's/^model name[^:]*: //p' /proc/cpuinfo"));
  const std::string time = record.at("time");
  const std::time_t told = std::stoll(line_of("date -d '" + time + "' +%s"));
  EXPECT_LE(before, told) << time;
  EXPECT_LE(told, after) << time;
}

TEST(Session, IsKnownAgainWhereItWasAndNotInACopy) {
  const test_support::TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  EXPECT_FALSE(was_trained_here(run));
  JsonLines(run.sessions()).append(session_record(run, {}, 0));
  EXPECT_TRUE(was_trained_here(run));
  std::filesystem::copy(run.path, folder / "copy", std::filesystem::copy_options::recursive);
  EXPECT_FALSE(was_trained_here({folder / "copy"}));
  std::filesystem::rename(run.path, folder / "renamed");
  EXPECT_TRUE(was_trained_here({folder / "renamed"}));
}

TEST(Session, NamesAnotherNumberOfThreadsOnTheCpu) {
  const test_support::TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  EXPECT_EQ(change_of_threads(run, {}), "");
  {
    const test_support::ThreadCount threads(3);
    JsonLines(run.sessions()).append(session_record(run, {}, 0));
    EXPECT_EQ(change_of_threads(run, {}), "");
  }
  const test_support::ThreadCount threads(2);
  EXPECT_NE(change_of_threads(run, {}).find("3 threads and goes on with 2"), std::string::npos);
}

TEST(Session, IsRecordedWithTheCommandAndTheVersionOfTheProgram) {
  const test_support::TemporaryFolder folder;
  test_support::write_noise(folder / "two pictures", 2, 8, 3);
  const std::string run = (folder / "run").string();
  const std::string arguments = "train --data \"" + (folder / "two pictures").string() + "\" --out " + run +
                                test_support::kTinyModel + " --device cpu --steps 1";
  const test_support::Outcome outcome = test_support::run_in_shell(arguments);
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto sessions = test_support::json_lines(run + "/sessions.jsonl");
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_EQ(sessions[0].at("command"), GANWRIGHT_BINARY " train --data '" +
                                           (folder / "two pictures").string() + "' --out " + run +
                                           test_support::kTinyModel + " --device cpu --steps 1");
  const std::string version = test_support::run_program("--version").output;
  EXPECT_NE(version.find(" " + sessions[0].at("ganwright").get<std::string>()), std::string::npos) << version;
}

}  // namespace
}  // namespace ganwright
