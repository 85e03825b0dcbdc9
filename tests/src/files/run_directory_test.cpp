#include "files/run_directory.h"

#include <gtest/gtest.h>
#include <unistd.h>

#include <string>

#include "errors.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;
using test_support::write_file;

TEST(RunDirectory, NamesFilesByNineDigitsOfTheStep) {
  const RunDirectory run{"runs/a"};
  EXPECT_EQ(run.checkpoint(1000), "runs/a/checkpoints/000001000.safetensors");
  EXPECT_EQ(run.sample_grid(7), "runs/a/samples/000000007.png");
}

TEST(RunDirectory, ANewRunIsRefusedWhereSomethingIs) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  write_file(run.checkpoint(0), "x");
  EXPECT_THROW(create_run(folder / "run"), OutputError);
  write_file(folder / "file", "x");
  EXPECT_THROW(create_run(folder / "file"), OutputError);
  EXPECT_THROW(create_run(folder / "file/run"), OutputError);
}

TEST(RunDirectory, AnewOneTakesWhatARunLeftThatWasKilledBeforeItsFirstCheckpoint) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  write_file(run.log(), "a line");
  write_file(run.metrics(), "");
  write_file(run.lock(), "held by process 1 on a since yesterday\n");
  write_file(run.checkpoint(0).string() + ".0123456789abcdef.partial", "half of it");
  EXPECT_TRUE(never_saved(run));
  EXPECT_NO_THROW(create_run(run.path));
  remove_partial_files(run);
  EXPECT_TRUE(std::filesystem::is_empty(run.checkpoints()));
}

TEST(RunDirectory, IsNotTakenForOneThatNeverSavedWhereAnythingElseLies) {
  for (const char* name : {"notes.txt", "checkpoints/mine.partial", "samples/000000001.png",
                           "checkpoints/best.safetensors", "metrics.jsonl"}) {
    const TemporaryFolder folder;
    const RunDirectory run = create_run(folder / "run");
    write_file(run.path / name, "x");
    EXPECT_FALSE(never_saved(run)) << name;
    EXPECT_THROW(create_run(run.path), OutputError) << name;
    remove_partial_files(run);
    EXPECT_EQ(test_support::read_file(run.path / name), "x");
  }
  const TemporaryFolder folder;
  std::filesystem::create_directory(folder / "run");
  write_file(folder / "run/config.cfg", "steps = 1\n");
  EXPECT_THROW(create_run(folder / "run"), OutputError) << "a configuration that somebody put there";
}

TEST(RunDirectory, BelievesNoStepBeyondAllTraining) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  write_file(run.checkpoints() / "9223372036854775807.safetensors", "x");
  write_file(run.checkpoint(kLargestStep), "x");
  EXPECT_EQ(list_checkpoints(run).size(), 1U);
}

TEST(RunDirectory, OpensRunsOnly) {
  const TemporaryFolder folder;
  EXPECT_THROW(open_run(folder / "missing"), CheckpointError);
  std::filesystem::create_directory(folder / "other");
  EXPECT_THROW(open_run(folder / "other"), CheckpointError);
  create_run(folder / "run");
  EXPECT_THROW(latest_checkpoint(open_run(folder / "run")), CheckpointError);
}

TEST(RunDirectory, KeepsTheNewestCheckpoints) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  for (const int64_t step : {100, 9, 20, 1000}) {
    write_file(run.checkpoint(step), "x");
  }
  const std::vector<std::filesystem::path> others{run.checkpoints() / "zz-mine.safetensors",
                                                  run.checkpoints() / "7.safetensors",
                                                  run.checkpoints() / "2024.safetensors"};
  for (const std::filesystem::path& other : others) {
    write_file(other, "x");
  }
  EXPECT_EQ(latest_checkpoint(run), run.checkpoint(1000));
  prune_checkpoints(run, 2);
  EXPECT_EQ(list_checkpoints(run),
            (std::vector<std::filesystem::path>{run.checkpoint(100), run.checkpoint(1000)}));
  for (const std::filesystem::path& other : others) {
    EXPECT_TRUE(std::filesystem::exists(other)) << other;
  }
}

TEST(RunDirectory, SetsAsideWhatIsLaterThanAStepAndLosesNothing) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  for (const int64_t step : {100, 200, 300}) {
    write_file(run.checkpoint(step), std::to_string(step));
    write_file(run.sample_grid(step), std::to_string(step));
  }
  set_aside_later_files(run, 200);
  EXPECT_EQ(list_checkpoints(run),
            (std::vector<std::filesystem::path>{run.checkpoint(100), run.checkpoint(200)}));
  EXPECT_EQ(test_support::read_file(run.checkpoint(300).string() + ".set-aside"), "300");
  EXPECT_EQ(step_files(run.samples(), ".png").back().path, run.sample_grid(200));
  EXPECT_EQ(test_support::read_file(run.sample_grid(300).string() + ".set-aside"), "300");
  set_aside_later_files(run, 200);
  EXPECT_EQ(latest_checkpoint(run), run.checkpoint(200));
  write_file(run.checkpoint(300), "another");
  set_aside_later_files(run, 200);
  EXPECT_EQ(test_support::read_file(run.checkpoint(300).string() + ".set-aside"), "300");
  EXPECT_EQ(test_support::read_file(run.checkpoint(300).string() + ".set-aside-2"), "another");
}

TEST(RunLock, NamesItsOwnerToWhoComesSecond) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  {
    const RunLock lock(run);
    try {
      const RunLock second(run);
      FAIL() << "two at once";
    } catch (const OutputError& error) {
      EXPECT_NE(std::string(error.what()).find("process " + std::to_string(getpid()) + " on "),
                std::string::npos)
          << error.what();
    }
  }
  EXPECT_FALSE(std::filesystem::exists(run.lock()));
  EXPECT_NO_THROW(RunLock{run});
}

TEST(RunLock, IsNotHeldByAProcessThatWasKilled) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  write_file(run.lock(), "held by process 1 on a since yesterday\n");
  EXPECT_NO_THROW(RunLock{run});
}

TEST(RunLock, SaysWhatElseIsInTheWay) {
  const TemporaryFolder folder;
  try {
    const RunLock lock({folder / "missing"});
    FAIL() << "locked what is not there";
  } catch (const OutputError& error) {
    EXPECT_NE(std::string(error.what()).find("No such file or directory"), std::string::npos) << error.what();
  }
}
}  // namespace
}  // namespace ganwright
