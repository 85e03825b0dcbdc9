#include "run/run_study.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/support/bytes_read.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

TEST(RunStudy, ReadsNoTensorsOfACheckpointThatItHasDrawnFrom) {
  const test_support::TemporaryFolder folder;
  test_support::write_noise(folder / "pictures", 4, 8, 1);
  const RunDirectory run{folder / "run"};
  const test_support::Outcome trained = test_support::run_program(
      "train --data " + (folder / "pictures").string() + " --out " + run.path.string() +
      " --size 8 --channels 1 --patch 4 --width 32 --heads 1 --depth 1 --latent 4 --latent-tokens 1"
      " --batch-size 4 --grid-count 4 --cache none --device cpu --steps 2");
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  RunStudy study({}, {.points = 100, .grids = 3, .grid_bytes = 1'000'000, .neighbors = 2});
  ASSERT_TRUE(study.read(run, "run").interpolations.content.has_value());
  const auto before = test_support::bytes_read();
  if (!before) {
    GTEST_SKIP() << "the system does not count what is read";
  }
  static_cast<void>(study.read(run, "run"));
  EXPECT_LT(*test_support::bytes_read() - *before,
            static_cast<int64_t>(std::filesystem::file_size(run.checkpoint(2))) / 2);
}

}  // namespace
}  // namespace ganwright
