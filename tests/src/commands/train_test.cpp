#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>

#include "files/run_directory.h"
#include "files/safetensors.h"
#include "losses/divergence/divergence.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::json_lines;
using test_support::kTinyModel;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::signal_after_first_steps;
using test_support::TemporaryFolder;
using test_support::write_file;

class Training : public testing::Test {
 protected:
  Training() {
    fs::create_directories(folder_ / "color");
    fs::create_directories(folder_ / "grey");
    for (int i = 0; i < 12; ++i) {
      cv::Mat color(9, 11, CV_8UC3);
      cv::randu(color, 0, 255);
      cv::imwrite((folder_ / ("color/" + std::to_string(i) + ".png")).string(), color);
      cv::imwrite((folder_ / ("grey/" + std::to_string(i) + ".png")).string(),
                  color(cv::Rect(0, 0, 9, 9)).clone());
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] std::string train(const std::string& run, const std::string& rest) const {
    return "train --data " + path("color") + " --out " + path(run) + kTinyModel + " --device cpu " + rest;
  }

  TemporaryFolder folder_;
};

bool equal_checkpoints(const fs::path& a, const fs::path& b) {
  const TensorFile first = read_safetensors(a);
  const TensorFile second = read_safetensors(b);
  if (first.tensors.size() != second.tensors.size()) {
    return false;
  }
  return std::equal(first.tensors.begin(), first.tensors.end(), second.tensors.begin(),
                    [](const auto& one, const auto& other) {
                      return one.first == other.first && torch::equal(one.second, other.second);
                    });
}

TEST_F(Training, LeavesTheFilesOfARun) {
  const Outcome outcome =
      run_program(train("run", "--steps 6 --log-every 2 --sample-every 3 --checkpoint-every 3"));
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const char* name :
       {"config.cfg", "log.txt", "metrics.jsonl", "reals.png", "samples/000000003.png",
        "samples/000000006.png", "checkpoints/000000003.safetensors", "checkpoints/000000006.safetensors"}) {
    EXPECT_TRUE(fs::exists(folder_ / ("run/" + std::string(name)))) << name;
  }
  const auto metrics = json_lines(folder_ / "run/metrics.jsonl");
  EXPECT_EQ(metrics.back().at("step"), 6);
  EXPECT_EQ(metrics.back().at("images"), 24);
  for (const char* name : {"discriminator_loss", "generator_loss", "divergence", "log_ratio_real",
                           "log_ratio_fake", "ratio_fake", "r1", "r2", "discriminator_gradient_norm",
                           "generator_gradient_norm", "images_per_second", "eta_seconds"}) {
    EXPECT_TRUE(metrics.back().at(name).is_number()) << name;
  }
}

TEST_F(Training, EveryNamedDivergenceRunsOnGreyAndOnColor) {
  for (const std::string& name : divergence_names()) {
    for (const auto& [data, channels] : {std::pair("grey", "1"), std::pair("color", "3")}) {
      const Outcome outcome =
          run_program("train --data " + path(data) + " --out " + path(name + data) + kTinyModel +
                      " --channels " + channels + " --steps 2 --device cpu --divergence " + name);
      ASSERT_EQ(outcome.exit_code, 0) << name << ": " << outcome.errors;
      const auto metrics = json_lines(folder_ / (name + data + "/metrics.jsonl"));
      EXPECT_TRUE(metrics.back().at("divergence").is_number()) << name;
    }
  }
}

TEST_F(Training, ChangedPicturesAreNoticedOnResume) {
  ASSERT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
  fs::copy_file(folder_ / "color/0.png", folder_ / "color/new.png");
  const Outcome refused = run_program("resume " + path("run") + " --steps 4");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("13 pictures"), std::string::npos) << refused.errors;
  ASSERT_EQ(run_program("resume " + path("run") + " --steps 4 --allow-changes").exit_code, 0);
  EXPECT_EQ(run_program("resume " + path("run") + " --steps 6").exit_code, 0);
}

TEST_F(Training, KeepsAsManyCheckpointsAsAsked) {
  ASSERT_EQ(run_program(train("run", "--steps 10 --checkpoint-every 2 --keep-checkpoints 2")).exit_code, 0);
  EXPECT_EQ(list_checkpoints({folder_ / "run"}).size(), 2U);
}

TEST_F(Training, GoesOnFromACheckpointThatHasNoNumberWithOneToGoBackTo) {
  ASSERT_EQ(run_program(train("run", "--steps 4 --checkpoint-every 2")).exit_code, 0);
  const RunDirectory run{folder_ / "run"};
  fs::rename(run.checkpoint(2), run.best_checkpoint());
  ASSERT_EQ(run_program("resume " + path("run") + " --checkpoint best.safetensors --steps 3").exit_code, 0);
  EXPECT_TRUE(fs::exists(run.checkpoint(2)));
  EXPECT_FALSE(fs::exists(run.checkpoint(4)));
}

TEST_F(Training, StopsAndSavesWhenItsTimeIsOver) {
  const Outcome stopped =
      run_program(train("run", "--steps 1000000 --checkpoint-every 1000000 --max-minutes 0.01"));
  ASSERT_EQ(stopped.exit_code, 0);
  EXPECT_NE(stopped.errors.find("time limit reached after step"), std::string::npos) << stopped.errors;
  // That of the start, and that of the end.
  EXPECT_EQ(list_checkpoints({folder_ / "run"}).size(), 2U);
  for (const auto& line : json_lines(folder_ / "run/metrics.jsonl")) {
    EXPECT_LE(line.at("eta_seconds"), 0.6);
  }
}

// The times are far shorter, or far longer, than the steps take on any machine.
TEST_F(Training, DecayAndCheckpointsMayFollowTheClock) {
  const auto last_rate = [&](const std::string& run, const std::string& options) {
    run_program(
        train(run, options + " --warm-up 0 --steps 9 --keep-checkpoints 100 --learning-rate-end 0.01"));
    return json_lines(folder_ / (run + "/metrics.jsonl")).back().at("learning_rate").get<double>();
  };
  const double whole = last_rate("long", "--decay-minutes 1e6 --checkpoint-minutes 1e3");
  EXPECT_NEAR(last_rate("short", "--decay-minutes 1e-6 --checkpoint-minutes 1e-6"), 0.01 * whole,
              1e-9 * whole);
  EXPECT_EQ(list_checkpoints({folder_ / "long"}).size(), 2U);
  EXPECT_EQ(list_checkpoints({folder_ / "short"}).size(), 10U);
}

TEST_F(Training, MinimaxAndExactPenaltiesRunToo) {
  EXPECT_EQ(run_program(train("a", "--steps 2 --generator-objective minimax")).exit_code, 0);
  EXPECT_EQ(run_program(train("b", "--steps 2 --penalty exact")).exit_code, 0);
}

TEST_F(Training, AResumedRunEqualsOneThatNeverStopped) {
  ASSERT_EQ(run_program(train("whole", "--steps 8 --log-every 1")).exit_code, 0);
  ASSERT_EQ(run_program(train("parts", "--steps 5 --log-every 1")).exit_code, 0);
  const Outcome resumed = run_program("resume " + path("parts") + " --steps 8");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_TRUE(equal_checkpoints(folder_ / "whole/checkpoints/000000008.safetensors",
                                folder_ / "parts/checkpoints/000000008.safetensors"));
  const auto whole = json_lines(folder_ / "whole/metrics.jsonl");
  const auto parts = json_lines(folder_ / "parts/metrics.jsonl");
  ASSERT_EQ(whole.size(), parts.size());
  for (size_t i = 0; i < whole.size(); ++i) {
    EXPECT_EQ(whole[i].at("step"), parts[i].at("step"));
    EXPECT_EQ(whole[i].at("divergence"), parts[i].at("divergence"));
  }
}

TEST_F(Training, ResumeRefusesAChangedHyperparameterUnlessTold) {
  ASSERT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
  const Outcome refused = run_program("resume " + path("run") + " --steps 4 --learning-rate 0.5");
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("learning-rate"), std::string::npos);
  EXPECT_EQ(
      run_program("resume " + path("run") + " --steps 4 --learning-rate 1e-5 --allow-changes").exit_code, 0);
}

TEST_F(Training, ResumeNamesTheFlagThatWouldChangeTheShapeOfTheNetworks) {
  ASSERT_EQ(run_program(train("run", "--steps 1")).exit_code, 0);
  for (const char* change : {"--size 16", "--channels 1", "--patch 8", "--width 16", "--depth 2", "--heads 2",
                             "--latent 8", "--latent-tokens 2"}) {
    const Outcome refused = run_program("resume " + path("run") + " --steps 2 --allow-changes " + change);
    const std::string flag = std::string(change).substr(0, std::string(change).find(' '));
    EXPECT_EQ(refused.exit_code, 2) << change;
    EXPECT_NE(refused.errors.find(flag + " cannot change on resume"), std::string::npos) << refused.errors;
    EXPECT_TRUE(is_one_line(refused.errors)) << refused.errors;
  }
}

TEST_F(Training, ResumeGoesOnFromAnEarlierCheckpointWhereItIsTold) {
  const RunDirectory run{folder_ / "run"};
  ASSERT_EQ(run_program(train("run", "--steps 4 --checkpoint-every 2 --log-every 1")).exit_code, 0);
  const fs::path whole = folder_ / "whole.safetensors";
  fs::copy_file(run.checkpoint(4), whole);
  fs::resize_file(run.checkpoint(4), fs::file_size(whole) - 1);
  const std::string choice = "--checkpoint " + run.checkpoint(2).string();
  const std::string short_choice = "--checkpoint " + run.checkpoint(2).filename().string();
  for (const std::string& command :
       {"resume " + path("run") + " --steps 4", "sample " + path("run") + " --out " + path("grid.png")}) {
    const Outcome refused = run_program(command);
    EXPECT_EQ(refused.exit_code, 2);
    EXPECT_NE(refused.errors.find(choice), std::string::npos) << refused.errors;
    EXPECT_TRUE(is_one_line(refused.errors)) << refused.errors;
    const Outcome told = run_program(command + " " + (command.starts_with("resume") ? choice : short_choice));
    EXPECT_EQ(told.exit_code, 0) << told.errors;
    if (command.starts_with("resume")) {
      EXPECT_TRUE(equal_checkpoints(run.checkpoint(4), whole));
      EXPECT_EQ(json_lines(run.metrics()).size(), 4U);
      EXPECT_TRUE(fs::exists(run.checkpoint(4).string() + ".set-aside"));
      fs::resize_file(run.checkpoint(4), fs::file_size(whole) - 1);
    }
  }
  EXPECT_EQ(run_program("resume " + path("run") + " --checkpoint " + path("color/0.png")).exit_code, 2);
}

TEST_F(Training, AKilledRunGoesOnFromItsLastCheckpoint) {
  const RunDirectory run{folder_ / "run"};
  const int status = signal_after_first_steps(
      train("run", "--steps 1000000 --checkpoint-every 5 --log-every 1"), run, SIGKILL);
  ASSERT_TRUE(WIFSIGNALED(status));
  const int64_t step = std::stoll(latest_checkpoint(run).stem().string());
  const Outcome resumed = run_program("resume " + path("run") + " --steps " + std::to_string(step + 5));
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_EQ(latest_checkpoint(run), run.checkpoint(step + 5));
  int64_t previous = 0;
  for (const auto& line : json_lines(run.metrics())) {
    EXPECT_GT(line.at("step").get<int64_t>(), previous);
    previous = line.at("step").get<int64_t>();
  }
}

TEST_F(Training, AnInterruptedRunSavesFirstAndExitsWith130) {
  const RunDirectory run{folder_ / "run"};
  const int status = signal_after_first_steps(
      train("run", "--steps 1000000 --checkpoint-every 7 --log-every 1"), run, SIGINT);
  ASSERT_TRUE(WIFEXITED(status));
  EXPECT_EQ(WEXITSTATUS(status), 130);
  const auto metrics = json_lines(run.metrics());
  ASSERT_FALSE(metrics.empty());
  EXPECT_EQ(run.checkpoint(metrics.back().at("step").get<int64_t>()), latest_checkpoint(run));
}

TEST_F(Training, AFullDiskStopsTheRunWithOneLineAndKeepsTheLastCheckpoint) {
  ASSERT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
  const std::string before = read_file(folder_ / "run/checkpoints/000000002.safetensors");
  // A limit on the size of files stands for the full disk: the first checkpoint is too large for it.
  const Outcome outcome = run_in_shell("resume " + path("run") + " --steps 4", "ulimit -f 16;");
  EXPECT_EQ(outcome.exit_code, 1);
  EXPECT_NE(outcome.errors.find("cannot write"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.errors.find("000000004.safetensors"), std::string::npos) << outcome.errors;
  EXPECT_EQ(read_file(folder_ / "run/checkpoints/000000002.safetensors"), before);
  EXPECT_FALSE(fs::exists(folder_ / "run/checkpoints/000000004.safetensors"));
  EXPECT_EQ(run_program("resume " + path("run") + " --steps 4").exit_code, 0);
}

TEST_F(Training, ARunThatSavedNothingLeavesNothing) {
  const Outcome outcome = run_in_shell(train("run", "--steps 2"), "ulimit -f 16;");
  EXPECT_EQ(outcome.exit_code, 1) << outcome.errors;
  EXPECT_FALSE(fs::exists(folder_ / "run"));
  EXPECT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
}

TEST_F(Training, WrongInputIsRefusedWithOneLineAndCode2) {
  fs::create_directories(folder_ / "empty");
  fs::create_directories(folder_ / "bad");
  for (int i = 0; i < 3; ++i) {
    write_file(folder_ / ("bad/" + std::to_string(i) + ".png"), "no picture");
  }
  write_file(folder_ / "file", "x");
  const std::string data = "train --data " + path("color") + " --out " + path("run");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"trian", "did you mean"},
      {data + " --divergence kll", "did you mean"},
      {data + " --divergence alpha:x", "number"},
      {data + " --divergence vajda:1.5 --link log", "infinite"},
      {data + " --generator-objective best", "choose"},
      {data + " --device gpu", "choose"},
      {data + " --stepps 3", "did you mean"},
      {data + " --size 30 --patch 4", "patch"},
      {data + " --size 0", "--size"},
      {data + " --size 1000000", "--size"},
      {data + " --channels 2", "give 1 (grey) or 3 (color)"},
      {data + " --width 10 --heads 3", "heads"},
      {data + " --config " + path("missing.cfg"), "missing.cfg"},
      {data + " --background red", "background"},
      {"train --out " + path("run"), "--data"},
      {"train --data " + path("color"), "--out"},
      {"train --data " + path("missing") + " --out " + path("run"), "missing"},
      {"train --data " + path("file") + " --out " + path("run"), "file"},
      {"train --data " + path("empty") + " --out " + path("r1"), "empty"},
      {"train --data " + path("color") + " --out " + path("file") + "/run", "file"},
      {"train --data " + path("color") + " --out " + path("grey"), "not empty"},
      {"train --data " + path("color") + " --out " + path("color/run"), "inside the pictures"},
      {data + " --r1 nan", "--r1"},
      {data + " --f \"\"", "--f is empty"},
      {data + " --f 't-1'", "nothing can be learned"},
      {data + " --shift", "--shift"},
      {data + " --param a=1", "no formula"},
      {data + " --beta v --generator-objective minimax", "both"},
      {data + " --augment-probability 0.5", "without --augment;"},
      {data + " --decay-steps 10", "--decay-steps has no effect"},
      {data + " --r1 0 --r2 0 --penalty-every 4", "--gradient-penalty are 0"},
      {data + " --r1 0 --r2 0 --penalty exact", "--r1 and --r2 are 0"},
      {data + " --penalty exact --penalty-sigma 0.1", "--penalty-sigma"},
      {data + " --augment flip --augment-images 100", "--augment-target"},
      {data + " --f \"-t*log(t)\" --normalize-curvature", "f''(1) is negative"},
      {"train --data " + path("color") + " --out " + path(std::string(300, 'x')), "name too long"},
      {"train --data " + path("color") + " --out /proc/run", "/proc/run"},
      {"resume " + path("missing"), "missing"},
      {"resume " + path("color"), "color"},
      {"sample " + path("missing") + " --out x.png", "missing"},
  };
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments << "\n" << outcome.errors;
    EXPECT_FALSE(fs::exists(folder_ / "run")) << arguments;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << "\n" << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << "\n" << outcome.errors;
  }
  const Outcome bad = run_program("train --data " + path("bad") + " --out " + path("r2"));
  EXPECT_EQ(bad.exit_code, 2);
  write_file(folder_ / "binary.cfg", std::string("steps = 2\n\0", 11));
  const Outcome binary = run_program(data + " --config " + path("binary.cfg"));
  EXPECT_EQ(binary.exit_code, 2);
  EXPECT_NE(binary.errors.find("is not a text file"), std::string::npos) << binary.errors;
  fs::rename(folder_ / "empty", folder_ / "blank ");
  const Outcome blank = run_program("train --out " + path("run") + " --data \"" + path("blank ") + "\"");
  EXPECT_EQ(blank.exit_code, 2);
  EXPECT_NE(blank.errors.find("ends with a space"), std::string::npos) << blank.errors;
  EXPECT_NE(bad.errors.find("0.png"), std::string::npos) << bad.errors;
}

TEST_F(Training, ATruncatedCheckpointIsOneLineAndCode2) {
  ASSERT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
  const fs::path checkpoint = folder_ / "run/checkpoints/000000002.safetensors";
  fs::resize_file(checkpoint, fs::file_size(checkpoint) - 1);
  for (const std::string& command :
       {"resume " + path("run") + " --steps 4", "sample " + path("run") + " --out x.png"}) {
    const Outcome outcome = run_program(command);
    EXPECT_EQ(outcome.exit_code, 2);
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
    EXPECT_NE(outcome.errors.find("000000002.safetensors"), std::string::npos);
  }
}

TEST_F(Training, TheNameOfAPictureCannotSteerTheTerminal) {
  write_file(folder_ / "color/\033[2Jbroken.png", "no picture");
  const Outcome outcome = run_program(train("run", "--steps 1"));
  EXPECT_EQ(outcome.errors.find('\033'), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.errors.find("\\x1b[2Jbroken.png"), std::string::npos) << outcome.errors;
}

TEST_F(Training, TheNameOfAPictureMakesNoLinesOfItsOwn) {
  write_file(folder_ / "color/two\nlines.png", "no picture");
  const Outcome outcome = run_program(train("run", "--steps 1"));
  EXPECT_NE(outcome.errors.find("two\\x0alines.png"), std::string::npos) << outcome.errors;
}

TEST_F(Training, ResumeRefusesAnotherDirectory) {
  ASSERT_EQ(run_program(train("run", "--steps 1")).exit_code, 0);
  const Outcome refused = run_program("resume " + path("run") + " --steps 2 --out " + path("other"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("--out"), std::string::npos) << refused.errors;
}

TEST_F(Training, UnreadablePicturesAreSkippedCountedAndNamed) {
  write_file(folder_ / "color/broken.png", "no picture");
  const Outcome outcome = run_program(train("run", "--steps 1"));
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_NE(outcome.errors.find("broken.png"), std::string::npos);
  EXPECT_NE(read_file(folder_ / "run/log.txt").find("(1 unreadable)"), std::string::npos);
}

TEST_F(Training, AConfigurationFileGivesOptionsAndFlagsWin) {
  write_file(folder_ / "a.cfg", "# comment\ndivergence = kl\nsteps = 2\n");
  ASSERT_EQ(run_program(train("run", "--steps 3 --config " + path("a.cfg"))).exit_code, 0);
  const std::string config = read_file(folder_ / "run/config.cfg");
  EXPECT_NE(config.find("divergence = kl\n"), std::string::npos);
  EXPECT_NE(config.find("steps = 3\n"), std::string::npos);
}

TEST_F(Training, SamplesRepeatForOneSeedAndDifferForOthers) {
  ASSERT_EQ(run_program(train("run", "--steps 2")).exit_code, 0);
  const auto sample = [&](const std::string& out, const std::string& rest) {
    return run_program("sample " + path("run") + " --out " + path(out) + " " + rest).exit_code;
  };
  ASSERT_EQ(sample("a.png", "--count 5 --seed 3"), 0);
  ASSERT_EQ(sample("b.png", "--count 5 --seed 3"), 0);
  ASSERT_EQ(sample("c.png", "--count 5 --seed 4"), 0);
  EXPECT_EQ(read_file(folder_ / "a.png"), read_file(folder_ / "b.png"));
  EXPECT_NE(read_file(folder_ / "a.png"), read_file(folder_ / "c.png"));
  ASSERT_EQ(sample("singles", "--count 5 --seed 3"), 0);
  EXPECT_EQ(std::distance(fs::directory_iterator(folder_ / "singles"), fs::directory_iterator()), 5);
  EXPECT_EQ(cv::imread(path("singles/000000.png")).size(), cv::Size(8, 8));
  EXPECT_EQ(sample("grid.jpg", "--count 5"), 2);
}

}  // namespace
}  // namespace ganwright
