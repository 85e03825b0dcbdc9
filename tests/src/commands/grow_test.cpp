#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>

#include "files/run_directory.h"
#include "run/run_options.h"
#include "run/run_pictures.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "training/checkpoint.h"
#include "training/sampling.h"

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
using test_support::TemporaryFolder;
using test_support::write_file;
using test_support::write_noise;

class GrowCommand : public testing::Test {
 protected:
  GrowCommand() {
    for (const char* name : {"a", "b"}) {
      write_noise(folder_ / "pictures" / name, 6, 8, 3);
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  void train(const std::string& rest = "", const std::string& depth = "1") const {
    std::string model = kTinyModel;
    model.replace(model.find("--depth 1"), 9, "--depth " + depth);
    const Outcome outcome = run_program("train --data " + path("pictures") + " --out " + path("run") + model +
                                        " --device cpu --steps 3 " + rest);
    ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  }

  [[nodiscard]] Outcome grow(const std::string& from, const std::string& to, const std::string& rest) const {
    return run_program("grow " + path(from) + " --out " + path(to) + " " + rest);
  }

  [[nodiscard]] RunDirectory run(const std::string& name) const { return {folder_ / name}; }

  [[nodiscard]] RunOptions options_of(const std::string& name) const {
    RunOptions options;
    run_option_table(options).parse_file(run(name).config());
    return options;
  }

  TemporaryFolder folder_;
};

// Pictures of the averaged generator in the newest checkpoint.
torch::Tensor pictures_of(const RunDirectory& run) {
  const Checkpoint checkpoint = read_checkpoint(latest_checkpoint(run));
  RunOptions options;
  run_option_table(options).parse_text(checkpoint.notes.config, "checkpoint");
  set_classes(options, checkpoint.notes.classes);
  Generator generator = averaged_generator(checkpoint, options.training.model, torch::kCPU);
  return generate(generator, latents_from_seed(4, options.training.model.latent, 0),
                  labels_for_grid(4, options.training.model.classes), torch::kCPU);
}

TEST_F(GrowCommand, MakesARunOfTheSamePicturesThatGoesOnAndGrowsAgain) {
  train("--conditional --learning-rate 0.002 --log-every 1");
  // Not forked, since the session holds the command.
  const Outcome grown =
      run_in_shell("grow " + path("run") + " --out " + path("grown") + " --width 2 --add-depth 2");
  ASSERT_EQ(grown.exit_code, 0) << grown.errors;
  EXPECT_EQ(grown.output, path("grown") + "\n");
  EXPECT_LT((pictures_of(run("run")) - pictures_of(run("grown"))).abs().max().item<double>(), 1e-5);

  const RunOptions before = options_of("run");
  RunOptions expected = before;
  expected.training.model.width = 2 * before.training.model.width;
  expected.training.model.heads = 2 * before.training.model.heads;
  expected.training.model.depth = 3;
  expected.training.model.output_depths = {3};
  expected.training.model.logit_depths = {3};
  expected.training.learning_rate = 0.001;
  expected.out = path("grown");
  EXPECT_EQ(read_file(run("grown").config()), run_option_table(expected).config_text());
  EXPECT_EQ(read_file(run("grown").reals()), read_file(run("run").reals()));
  EXPECT_EQ(list_checkpoints(run("grown")), std::vector<fs::path>{run("grown").checkpoint(0)});
  EXPECT_FALSE(fs::exists(run("grown").metrics()));
  const auto sessions = json_lines(run("grown").sessions());
  ASSERT_EQ(sessions.size(), 1U);
  EXPECT_NE(sessions[0].at("command").get<std::string>().find(" grow "), std::string::npos);
  EXPECT_NE(read_file(run("grown").log()).find("width 8 to 16, heads 1 to 2, depth 1 to 3"),
            std::string::npos);

  const Outcome resumed = run_program("resume " + path("grown") + " --steps 2");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_EQ(latest_checkpoint(run("grown")), run("grown").checkpoint(2));
  EXPECT_EQ(run_program("sample " + path("grown") + " --count 4 --out " + path("grid.png")).exit_code, 0);

  ASSERT_EQ(grow("grown", "again", "--width 3").exit_code, 0);
  EXPECT_LT((pictures_of(run("grown")) - pictures_of(run("again"))).abs().max().item<double>(), 1e-5);
  EXPECT_EQ(run_program("resume " + path("again") + " --steps 1").exit_code, 0);
}

TEST_F(GrowCommand, StartsTheOptimizersAndTheCountsAnew) {
  train("--augment flip --augment-target 0.6 --augment-images 10 --warm-up 1000");
  ASSERT_EQ(grow("run", "grown", "--width 2").exit_code, 0);
  const Checkpoint before = read_checkpoint(run("run").checkpoint(3));
  const Checkpoint grown = read_checkpoint(run("grown").checkpoint(0));
  EXPECT_EQ(grown.step, 0);
  EXPECT_EQ(grown.file->read("data_position").item<int64_t>(), 0);
  for (const TensorEntry& entry : grown.file->entries()) {
    if (entry.name.find("_optimizer.") != std::string::npos) {
      EXPECT_EQ(grown.file->read(entry).abs().max().item<double>(), 0) << entry.name;
    }
  }
  EXPECT_TRUE(
      torch::equal(grown.file->read("augment_probability"), before.file->read("augment_probability")));
  EXPECT_EQ(options_of("grown").training.warm_up, 100);
  // Follows from the width.
  EXPECT_EQ(options_of("grown").training.learning_rate, 0);
}

TEST_F(GrowCommand, GrowsAlikeEachTime) {
  train();
  ASSERT_EQ(grow("run", "one", "--width 2 --add-depth 1").exit_code, 0);
  ASSERT_EQ(grow("run", "two", "--width 2 --add-depth 1").exit_code, 0);
  const TensorFile one = read_safetensors(run("one").checkpoint(0));
  const TensorFile two = read_safetensors(run("two").checkpoint(0));
  ASSERT_EQ(one.tensors.size(), two.tensors.size());
  for (size_t i = 0; i < one.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(one.tensors[i].second, two.tensors[i].second)) << one.tensors[i].first;
  }
}

TEST_F(GrowCommand, TakesTheCheckpointThatIsAskedFor) {
  train("--checkpoint-every 1");
  ASSERT_EQ(grow("run", "grown", "--add-depth 1 --checkpoint 000000001.safetensors").exit_code, 0);
  EXPECT_NE(read_file(run("grown").log()).find("grown from step 1 "), std::string::npos);
}

TEST_F(GrowCommand, RefusesWithOneLineAndLeavesNothing) {
  train("", "5");
  fs::create_directories(folder_ / "empty/checkpoints");
  write_file(folder_ / "file", "x");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {path("run"), "--out is missing"},
      {path("missing") + " --out " + path("new") + " --add-depth 2", "missing"},
      {path("empty") + " --out " + path("new") + " --add-depth 2", "no checkpoint"},
      {path("run") + " --out " + path("run") + " --add-depth 2", "already exists"},
      {path("run") + " --out " + path("file") + " --add-depth 2", "already exists"},
      {path("run") + " --out " + path("file") + "/new --add-depth 2", "file"},
      {path("run") + " --out " + path("pictures/new") + " --add-depth 2", "inside the pictures"},
      {path("run") + " --out " + path("new"), "nothing to grow"},
      {path("run") + " --out " + path("new") + " --width 1 --add-depth 0", "nothing to grow"},
      {path("run") + " --out " + path("new") + " --add-depth -1", "--add-depth"},
      {path("run") + " --out " + path("new") + " --add-depth 252", "depth is 257"},
      {path("run") + " --out " + path("new") + " --width 0", "--width"},
      {path("run") + " --out " + path("new") + " --width 9999", "width is 79992"},
      {path("run") + " --out " + path("new") + " --widht 2", "did you mean"},
  };
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = run_program("grow " + arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments << "\n" << outcome.errors;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << "\n" << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << "\n" << outcome.errors;
    EXPECT_FALSE(fs::exists(folder_ / "new")) << arguments;
    EXPECT_FALSE(fs::exists(folder_ / "new.partial")) << arguments;
  }
}

TEST_F(GrowCommand, AFullDiskLeavesNothingAndAKilledOneIsNoHindrance) {
  train();
  // A limit on the size of files stands for the full disk: the checkpoint is too large for it.
  const Outcome refused =
      run_in_shell("grow " + path("run") + " --out " + path("new/") + " --width 2", "ulimit -f 16;");
  EXPECT_EQ(refused.exit_code, 1) << refused.errors;
  EXPECT_NE(refused.errors.find("cannot write"), std::string::npos) << refused.errors;
  EXPECT_FALSE(fs::exists(folder_ / "new"));
  EXPECT_FALSE(fs::exists(folder_ / "new.partial"));
  // As an earlier version that was killed left it, or somebody else.
  fs::create_directories(folder_ / "new.partial");
  write_file(folder_ / "new.partial/mine", "x");
  ASSERT_EQ(grow("run", "new/", "--width 2").exit_code, 0);
  EXPECT_EQ(latest_checkpoint(run("new")), run("new").checkpoint(0));
  EXPECT_EQ(read_file(folder_ / "new.partial/mine"), "x");
}

}  // namespace
}  // namespace ganwright
