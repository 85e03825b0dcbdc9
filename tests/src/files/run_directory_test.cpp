#include "files/run_directory.h"

#include <gtest/gtest.h>

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
  create_run(folder / "run");
  EXPECT_THROW(create_run(folder / "run"), OutputError);
  write_file(folder / "file", "x");
  EXPECT_THROW(create_run(folder / "file"), OutputError);
  EXPECT_THROW(create_run(folder / "file/run"), OutputError);
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
  write_file(run.checkpoints() / "zz-mine.safetensors", "x");
  EXPECT_EQ(latest_checkpoint(run), run.checkpoint(1000));
  prune_checkpoints(run, 2);
  EXPECT_EQ(list_checkpoints(run),
            (std::vector<std::filesystem::path>{run.checkpoint(100), run.checkpoint(1000)}));
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

TEST(RunDirectory, OneProcessTrainsInARunAtATime) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  {
    const RunLock lock(run);
    EXPECT_THROW(RunLock{run}, OutputError);
  }
  EXPECT_NO_THROW(RunLock{run});
}

}  // namespace
}  // namespace ganwright
