#include <gtest/gtest.h>
#include <sys/wait.h>

#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "files/run_directory.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::signal_after_first_steps;
using test_support::TemporaryFolder;
using test_support::write_file;
using test_support::write_noise;

// Only what trains starts the program anew. One comparison is made for all tests that begin with a finished
// one; each works on a copy, at one place since a comparison holds the name of the folder of its pictures.
class CompareCommand : public testing::Test {
 protected:
  static void SetUpTestSuite() {
    shared_.emplace();
    write_noise(folder() / "pictures", 12, 8, 1);
    const Outcome outcome = compare("--divergences kl,gan --seeds 0 --checkpoint-every 2 --jobs 2");
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
    fs::rename(folder(), *shared_ / "whole");
  }
  static void TearDownTestSuite() { shared_.reset(); }

  CompareCommand() {
    fs::create_directory(folder());
    copy("pictures");
  }
  ~CompareCommand() override { fs::remove_all(folder()); }

  static fs::path folder() { return *shared_ / "work"; }
  static std::string path(const std::string& name) { return (folder() / name).string(); }
  static RunDirectory run(const std::string& loss, int seed) {
    return {folder() / "comparison" / loss / ("seed-" + std::to_string(seed))};
  }

  // Puts the finished comparison of kl and gan from seed 0 in place.
  static void begin_with_a_finished_one() { copy("comparison"); }

  // With little beside it, so that a whole comparison takes seconds.
  static Outcome compare(const std::string& rest, const std::string& setup = "") {
    return run_in_shell("compare --data " + path("pictures") + " --out " + path("comparison") +
                            test_support::kTinyModel +
                            " --channels 1 --device cpu --steps 4 --evaluation-count 8 " + rest,
                        setup);
  }

 private:
  // With the times of the files, which tell whether pictures have changed.
  static void copy(const std::string& name) {
    const std::string command = "cp -a " + (*shared_ / ("whole/" + name)).string() + " " + path(name);
    ASSERT_EQ(std::system(command.c_str()), 0);
  }

  static std::optional<TemporaryFolder> shared_;
};

std::optional<TemporaryFolder> CompareCommand::shared_;

int count_of(const std::string& text, const std::string& part) {
  int count = 0;
  for (size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

TEST_F(CompareCommand, TrainsAndRanksEachLossFromEachSeedAndRepeatsNothing) {
  const Outcome outcome = compare("--divergences kl,mse:-1,1 --seeds 0,5 --jobs 2");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.output, read_file(folder() / "comparison/table.md"));
  EXPECT_NE(outcome.output.find("| 1 | "), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("mse:-1,1 |"), std::string::npos) << outcome.output;
  EXPECT_EQ(count_of(outcome.output, "| 2 |"), 3) << outcome.output;  // rank 2, and two runs of each
  EXPECT_EQ(count_of(read_file(folder() / "comparison/table.csv"), "\r\n"), 5);
  EXPECT_TRUE(fs::exists(folder() / "comparison/contact-sheet.png"));

  const RunDirectory last = run("mse_-1_1", 5);
  const std::string config = read_file(last.config());
  EXPECT_NE(config.find("divergence = mse:-1,1\n"), std::string::npos) << config;
  EXPECT_NE(config.find("seed = 5\n"), std::string::npos) << config;
  EXPECT_NE(config.find("normalize-curvature = true\n"), std::string::npos) << config;
  const auto written = fs::last_write_time(last.checkpoint(4));
  const Outcome again = run_program("compare --out " + path("comparison"));
  ASSERT_EQ(again.exit_code, 0) << again.errors;
  EXPECT_EQ(again.output, outcome.output);
  EXPECT_EQ(fs::last_write_time(last.checkpoint(4)), written);
  EXPECT_EQ(count_of(read_file(last.evaluations()), "\n"), 1);
}

TEST_F(CompareCommand, GoesOnFromWhatAnInterruptionLeft) {
  begin_with_a_finished_one();
  const std::string table = read_file(folder() / "comparison/table.csv");
  // As a kill after two steps of one run, and before the first checkpoint of the other, would.
  fs::remove(run("kl", 0).checkpoint(4));
  fs::remove(run("kl", 0).evaluations());
  fs::remove_all(run("gan", 0).path);
  fs::create_directories(run("gan", 0).checkpoints());
  fs::create_directories(run("gan", 0).samples());
  write_file(run("gan", 0).log(), "a line\n");
  write_file(run("gan", 0).checkpoint(0).string() + ".partial", "half of it");
  const Outcome outcome = run_in_shell("compare --out " + path("comparison"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(read_file(folder() / "comparison/table.csv"), table);
}

TEST_F(CompareCommand, SavesItsRunsOnInterruption) {
  const int status = signal_after_first_steps(
      "compare --data " + path("pictures") + " --out " + path("comparison") + test_support::kTinyModel +
          " --channels 1 --device cpu --steps 1000000 --divergences kl --seeds 0 --checkpoint-every 7 "
          "--log-every 1",
      run("kl", 0), SIGINT);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  // The run was told to save, and has ended.
  std::ifstream metrics(run("kl", 0).metrics());
  std::string last;
  for (std::string line; std::getline(metrics, line);) {
    last = line;
  }
  EXPECT_EQ(latest_checkpoint(run("kl", 0)),
            run("kl", 0).checkpoint(nlohmann::json::parse(last).at("step").get<int64_t>()));
  EXPECT_NO_THROW(RunLock{run("kl", 0)});
}

TEST_F(CompareCommand, LeavesOutWithTheReasonWhatCannotBeNormalized) {
  const Outcome outcome = compare("--divergences gan,total-variation --seeds 0");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(outcome.output.find("left out: total-variation: "), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("f''(1)"), std::string::npos) << outcome.output;
}

TEST_F(CompareCommand, NamesTheRunsThatFailedAndRanksTheOthers) {
  begin_with_a_finished_one();
  write_file(run("kl", 0).checkpoint(4), "no checkpoint");
  fs::remove(run("kl", 0).evaluations());
  const Outcome outcome = run_in_shell("compare --out " + path("comparison"));
  EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
  EXPECT_NE(outcome.errors.find("1 of 2 runs failed"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.output.find("failed: kl, seed 0: "), std::string::npos) << outcome.output;
  EXPECT_NE(outcome.output.find("| 1 | gan |"), std::string::npos) << outcome.output;
}

TEST_F(CompareCommand, LeavesOutALossWhoseOutputsDoNotTellWhatAnOptionFollows) {
  const Outcome outcome =
      compare("--divergences gan,total-variation --seeds 0 --augment flip --augment-target 0.6");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(outcome.output.find("left out: total-variation: "), std::string::npos) << outcome.output;
}

TEST_F(CompareCommand, TellsTheSignalThatEndedARun) {
  // A hard limit of processor time ends the run by SIGKILL long before its steps are done.
  const Outcome outcome = run_in_shell("compare --data " + path("pictures") + " --out " + path("comparison") +
                                           test_support::kTinyModel +
                                           " --channels 1 --device cpu --divergences kl --seeds 0 "
                                           "--steps 1000000 --checkpoint-every 1000000",
                                       "ulimit -t 4;");
  EXPECT_NE(outcome.errors.find("every run failed; the first one: ended by signal 9, see "),
            std::string::npos)
      << outcome.errors;
}

TEST_F(CompareCommand, GoesOnWithThePicturesThatItWasBegunWith) {
  begin_with_a_finished_one();
  write_noise(folder() / "pictures/more", 3, 8, 1);
  EXPECT_EQ(run_program("compare --out " + path("comparison")).exit_code, 0) << "nothing is left to do";
  fs::remove(run("kl", 0).evaluations());
  const Outcome outcome = run_program("compare --out " + path("comparison"));
  EXPECT_EQ(outcome.exit_code, 2);
  EXPECT_NE(outcome.errors.find("15 pictures"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.errors.find("12 pictures"), std::string::npos) << outcome.errors;
  EXPECT_FALSE(fs::exists(run("kl", 0).evaluations()));
}

TEST_F(CompareCommand, ADamagedCheckpointOfAFinishedRunIsMissingFromTheSheetAlone) {
  begin_with_a_finished_one();
  const std::string table = read_file(folder() / "comparison/table.md");
  write_file(run("kl", 0).checkpoint(4), "no checkpoint");
  const Outcome outcome = run_program("compare --out " + path("comparison"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.output, table);
  EXPECT_NE(outcome.errors.find("the contact sheet omits kl, seed 0"), std::string::npos) << outcome.errors;
}

TEST_F(CompareCommand, TakesNoEvaluationOfOtherPicturesForItsOwn) {
  begin_with_a_finished_one();
  const std::string table = read_file(folder() / "comparison/table.csv");
  write_noise(folder() / "others", 12, 8, 1);
  ASSERT_EQ(run_program("evaluate " + run("kl", 0).path.string() +
                        " --count 8 --resamples 0 --device cpu --data " + path("others"))
                .exit_code,
            0);
  ASSERT_EQ(run_program("compare --out " + path("comparison")).exit_code, 0);
  EXPECT_EQ(read_file(folder() / "comparison/table.csv"), table);
}

TEST_F(CompareCommand, MayBeBegunOtherwiseWhereNoRunSavedAnything) {
  // No checkpoint fits into files of 16 blocks.
  const std::string rest = "--divergences kl --seeds 0 ";
  ASSERT_EQ(compare(rest + "--warm-up 7", "ulimit -f 16;").exit_code, 1);
  const Outcome other = compare(rest + "--critic-steps 2");  // what else was said before counts no more
  EXPECT_EQ(other.exit_code, 0) << other.errors;
  EXPECT_NE(read_file(run("kl", 0).config()).find("warm-up = 100\n"), std::string::npos);
  EXPECT_EQ(compare(rest + "--critic-steps 3").exit_code, 2);
}

TEST_F(CompareCommand, TakesTheShapeOfTheRunThatItsNetworksStartFrom) {
  ASSERT_EQ(run_program("train --data " + path("pictures") + " --out " + path("first") +
                        test_support::kTinyModel + " --channels 1 --device cpu --steps 2")
                .exit_code,
            0);
  const Outcome outcome = run_in_shell("compare --data " + path("pictures") + " --out " + path("comparison") +
                                       " --init " + path("first") +
                                       " --size 8 --batch-size 4 --grid-count 4 --cache none --device cpu "
                                       "--steps 4 --evaluation-count 8 --divergences kl --seeds 0");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(read_file(run("kl", 0).config()).find("\nlatent = 4\n"), std::string::npos);
}

TEST_F(CompareCommand, GoesOnWithTheScaleOfThePositionsThatItsNetworksStartFrom) {
  const std::string pictures =
      "--data " + path("pictures") + test_support::kTinyModel + " --channels 1 --device cpu ";
  ASSERT_EQ(run_program("train " + pictures + "--out " + path("first") + " --positions normalized --steps 2")
                .exit_code,
            0);
  const std::string rest = "--init " + path("first") + " --positions-size 0 --divergences kl --seeds 0";
  ASSERT_EQ(compare(rest).exit_code, 0);
  EXPECT_NE(read_file(folder() / "comparison/compare.cfg").find("\npositions-size = 8\n"), std::string::npos);
  const Outcome again = compare(rest);
  EXPECT_EQ(again.exit_code, 0) << again.errors;
}

TEST_F(CompareCommand, RefusesWithOneLine) {
  begin_with_a_finished_one();
  fs::create_directories(folder() / "taken");
  write_file(folder() / "taken/file", "x");
  write_noise(folder() / "three", 3, 8, 1);
  const std::string data = "--data " + path("pictures") + test_support::kTinyModel + " --channels 1 ";
  const std::vector<std::pair<std::string, std::string>> cases = {
      {data, "--out is missing"},
      {"--out " + path("new"), "--data is missing"},
      {data + "--out " + path("new") + " --divergences kl,kl", "is given twice"},
      {data + "--out " + path("new") + " --divergences klx", "klx"},
      {data + "--out " + path("new") + " --divergences alpha,kl,alpha:0.5", "'alpha:0.5' is given twice"},
      {data + "--out " + path("new") + " --divergences kl,total-variation --links log,lgo", "kl, lgo link"},
      {data + "--out " + path("new") + " --divergences kl --param a=2", "no compared formula uses it"},
      {data + "--out " + path("new") + " --divergences hinge", "no loss is left"},
      {data + "--out " + path("new") + " --max-minutes 1", "--max-minutes"},
      {data + "--out " + path("new") + " --seeds 0,x", "whole number"},
      {data + "--out " + path("new") + " --seeds 0,1,0", "twice"},
      {"--data " + path("nowhere") + test_support::kTinyModel + " --out " + path("new"),
       "no folder " + path("nowhere")},
      {"--data " + path("three") + test_support::kTinyModel + " --channels 1 --out " + path("new"),
       "needs at least 4"},
      {data + "--out " + path("new") + " --links log,lgo", "unknown link 'lgo'"},
      {data + "--out " + path("new") + " --generator-objectives minimax,minmax", "did you mean 'minimax'"},
      {data + "--out " + path("new") + " --divergences kl --divergence gan", "name all of them"},
      {data + "--out " + path("new") + " --divergences kl --seed 7", "--seeds"},
      {data + "--out " + path("new") + " --divergences kl --shift", "only a written f can be shifted"},
      {data + "--out " + path("new") + " --features " + path("taken/file"), "not a TorchScript"},
      {data + "--out " + path("taken"), "not empty"},
      {data + "--out " + path("pictures/new"), "inside the pictures"},
      {"--out " + path("comparison") + " --steps 5", "--steps was '4'"},
      {data + "--out " + path("new") + " --features " + path("missing.pt"), "missing.pt does not exist"},
  };
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program("compare " + arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments << "\n" << outcome.errors;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << "\n" << outcome.errors;
    // Behind the line on the pictures, where it got so far.
    const bool has_read = outcome.errors.find(" unreadable)\n") != std::string::npos;
    EXPECT_TRUE(is_one_line(has_read ? outcome.errors.substr(outcome.errors.find('\n') + 1) : outcome.errors))
        << outcome.errors;
    EXPECT_FALSE(fs::exists(folder() / "new")) << arguments;
  }
}

}  // namespace
}  // namespace ganwright
