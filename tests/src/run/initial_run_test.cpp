#include "run/initial_run.h"

#include <gtest/gtest.h>

#include <filesystem>

#include "files/run_directory.h"
#include "models/position_table.h"
#include "tests/support/bytes_read.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_noise;

class InitialRunTest : public testing::Test {
 protected:
  InitialRunTest() {
    for (const char* name : {"a", "b"}) {
      write_noise(folder_ / "pictures" / name, 4, 16, 1);
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }
  [[nodiscard]] RunDirectory run(const std::string& name) const { return {folder_ / name}; }

  // Of pairs so small that a step takes milliseconds; `rest` has the size.
  [[nodiscard]] Outcome train(
      const std::string& name, const std::string& rest,
      const std::string& shape = "--width 8 --heads 1 --latent-tokens 1 --latent-maps 2") const {
    return run_program("train --data " + path("pictures") + " --out " + path(name) + " " + shape +
                       " --channels 1 --patch 4 --depth 1 --latent 4 --batch-size 4 --grid-count 4 --cache "
                       "none --device cpu --steps 2 " +
                       rest);
  }

  TemporaryFolder folder_;
};

TEST_F(InitialRunTest, GivesItsNetworksToARunOfAnotherSizeThatNeedsItNoLonger) {
  ASSERT_EQ(train("small", "--size 8").exit_code, 0);
  const Outcome large = train("large", "--size 16 --init " + path("small"));
  ASSERT_EQ(large.exit_code, 0) << large.errors;
  const Checkpoint from = read_checkpoint(run("small").checkpoint(2));
  const Checkpoint to = read_checkpoint(run("large").checkpoint(0));
  for (const char* name : {"generator.patch_tokens", "average.patch_tokens", "discriminator.places"}) {
    EXPECT_TRUE(torch::equal(to.file->read(name), resized_places(from.file->read(name), {2, 2}, {4, 4})))
        << name;
  }
  EXPECT_TRUE(torch::equal(to.file->read("discriminator.blocks.0.down"),
                           from.file->read("discriminator.blocks.0.down")));
  EXPECT_NE(read_file(run("large").config()).find("init = " + path("small") + "\n"), std::string::npos);
  fs::remove_all(folder_ / "small");
  const Outcome resumed = run_program("resume " + path("large") + " --steps 4");
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_TRUE(fs::exists(run("large").checkpoint(4)));
}

TEST_F(InitialRunTest, GivesItsShapeWhereNoOptionSaysAnother) {
  ASSERT_EQ(train("small", "--size 8 --attention causal --positions learned --conditional").exit_code, 0);
  ASSERT_EQ(run_program("grow " + path("small") + " --out " + path("grown") + " --add-depth 1").exit_code, 0);
  const Outcome large = run_program("train --data " + path("pictures") + " --out " + path("large") +
                                    " --size 16 --channels 1 --cache none --steps 1 --batch-size 4 --device "
                                    "cpu --init " +
                                    path("grown"));
  ASSERT_EQ(large.exit_code, 0) << large.errors;
  RunOptions expected;
  run_option_table(expected).parse_file(run("grown").config());
  RunOptions made;
  run_option_table(made).parse_file(run("large").config());
  expected.training.model.size = 16;
  EXPECT_EQ(made.training.model.depth, 2);
  EXPECT_EQ(made.training.model.output_depths, expected.training.model.output_depths);
  EXPECT_EQ(made.training.model.attention, expected.training.model.attention);
  EXPECT_EQ(made.training.model.positions, expected.training.model.positions);
  EXPECT_TRUE(made.conditional);
}

TEST_F(InitialRunTest, IsReadByItsHeaderAlone) {
  ASSERT_EQ(train("small", "--size 8", "--width 32 --heads 1 --latent-tokens 1").exit_code, 0);
  static_cast<void>(read_initial_run(path("small")));
  const auto before = test_support::bytes_read();
  if (!before) {
    GTEST_SKIP() << "the system does not count what is read";
  }
  static_cast<void>(read_initial_run(path("small")));
  EXPECT_LT(*test_support::bytes_read() - *before,
            static_cast<int64_t>(fs::file_size(run("small").checkpoint(2))) / 2);
}

TEST_F(InitialRunTest, OfAnotherShapeIsRefusedByTheNameOfTheOption) {
  ASSERT_EQ(train("small", "--size 8").exit_code, 0);
  const std::string init = "--size 16 --init " + path("small");
  const std::vector<std::pair<std::string, Outcome>> refused = {
      {"width", train("large", init, "--width 16 --heads 1 --latent-tokens 1")},
      {"heads", train("large", init, "--width 8 --heads 2 --latent-tokens 1")},
      {"latent-tokens", train("large", init, "--width 8 --heads 1 --latent-tokens 2")},
      {"attention", train("large", init + " --attention causal")},
      {"positions", train("large", init + " --positions learned")},
      {"output-depths", train("large", init + " --output-depths 1")},
      {"logit-depths", train("large", init + " --logit-depths 1")},
      {"conditional", train("large", init + " --conditional")},
      {"init", train("large", "--size 16 --init " + path("pictures"))},
      {"nowhere", train("large", "--size 16 --init " + path("nowhere"))}};
  for (const auto& [name, outcome] : refused) {
    const std::string expected = name == "init" ? path("pictures") : name;
    EXPECT_EQ(outcome.exit_code, 2) << name << ": " << outcome.errors;
    EXPECT_NE(outcome.errors.find(expected), std::string::npos) << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << outcome.errors;
  }
  EXPECT_FALSE(fs::exists(folder_ / "large"));
}

TEST_F(InitialRunTest, OfOtherClassesIsRefused) {
  ASSERT_EQ(train("small", "--size 8 --conditional").exit_code, 0);
  const std::string init = "--size 16 --conditional --init " + path("small");
  EXPECT_EQ(train("same", init).exit_code, 0);
  fs::rename(folder_ / "pictures/b", folder_ / "pictures/c");
  const Outcome other = train("other", init);
  EXPECT_EQ(other.exit_code, 2);
  EXPECT_NE(other.errors.find("classes"), std::string::npos) << other.errors;
  EXPECT_TRUE(is_one_line(other.errors.substr(other.errors.rfind('\n', other.errors.size() - 2) + 1)));
  EXPECT_FALSE(fs::exists(folder_ / "other"));
}

TEST_F(InitialRunTest, CannotChangeInAResume) {
  ASSERT_EQ(train("small", "--size 8").exit_code, 0);
  ASSERT_EQ(train("run", "--size 8").exit_code, 0);
  const Outcome refused =
      run_program("resume " + path("run") + " --steps 4 --allow-changes --init " + path("small"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("--init cannot change"), std::string::npos) << refused.errors;
}

TEST_F(InitialRunTest, PassesOnTheScaleOfNormalizedPositions) {
  ASSERT_EQ(train("small", "--size 8 --positions normalized").exit_code, 0);
  RunOptions options;
  run_option_table(options).parse_file(run("small").config());
  options.init = path("small");
  options.training.model.size = 16;
  const InitialRun initial = read_initial_run(options.init).value();
  fit_to_initial_run(initial, options);
  EXPECT_EQ(options.training.model.positions_size, 8);
  options.training.model.positions_size = 12;
  fit_to_initial_run(initial, options);
  EXPECT_EQ(options.training.model.positions_size, 12);
}

TEST_F(InitialRunTest, IsNoneWhereNoneIsNamed) {
  EXPECT_FALSE(read_initial_run("").has_value());
}

}  // namespace
}  // namespace ganwright
