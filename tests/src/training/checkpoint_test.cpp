#include "training/checkpoint.h"

#include <gtest/gtest.h>

#include <map>

#include "errors.h"
#include "models/position_table.h"
#include "tests/support/bytes_read.h"
#include "tests/support/make_trainer.h"
#include "tests/support/small_options.h"
#include "tests/support/temporary_folder.h"
#include "training/sampling.h"

namespace ganwright {
namespace {

using test_support::make_trainer;
using test_support::small_options;
using test_support::TemporaryFolder;

torch::Tensor ten_pictures() {
  torch::manual_seed(1);
  return (torch::rand({10, 1, 8, 8}) * 255).to(torch::kUInt8);
}

struct SmallRun {
  Trainer trainer = make_trainer(small_options(), torch::kCPU);
  Batches batches{ten_pictures(), torch::zeros({10}, torch::kInt64), 4, 0};
  torch::Tensor step() { return trainer.step(batches.next(torch::kCPU)); }
};

TEST(Checkpoint, ARestoredRunGoesOnBitForBit) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches,
                  {"size = 8\n", "10:abc", {"boots", "coats\xff"}});
  SmallRun restored;
  const Checkpoint checkpoint = read_checkpoint(folder / "a.safetensors");
  EXPECT_EQ(checkpoint.step, 2);
  EXPECT_EQ(checkpoint.notes.config, "size = 8\n");
  EXPECT_EQ(checkpoint.notes.pictures, "10:abc");
  // A name that is no UTF-8 cannot stand in the text as it is.
  EXPECT_EQ(checkpoint.notes.classes, (std::vector<std::string>{"boots", "coats\uFFFD"}));
  restore(checkpoint, restored.trainer, restored.batches);
  for (int i = 0; i < 3; ++i) {
    EXPECT_TRUE(torch::equal(run.step(), restored.step()));
  }
  const auto expected = run.trainer.state();
  const auto found = restored.trainer.state();
  for (size_t i = 0; i < expected.size(); ++i) {
    EXPECT_TRUE(torch::equal(expected[i].second, found[i].second)) << expected[i].first;
  }
}

TEST(Checkpoint, CountsAndTheScaleOfTheLearningRateGoOn) {
  const TemporaryFolder folder;
  SmallRun run;
  run.trainer.set_clamped(7);
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  SmallRun restored;
  restore(read_checkpoint(folder / "a.safetensors"), restored.trainer, restored.batches);
  EXPECT_EQ(restored.trainer.clamped(), 7);

  TensorFile file = read_safetensors(folder / "a.safetensors");
  file.metadata["clamped"] = "-1";
  write_safetensors(folder / "damaged.safetensors", file);
  EXPECT_THROW(read_checkpoint(folder / "damaged.safetensors"), CheckpointError);
  file.metadata["clamped"] = "1";
  for (const char* wrong : {"0", "-1", "2", "fast", ""}) {
    file.metadata["rate_scale"] = wrong;
    write_safetensors(folder / "damaged.safetensors", file);
    EXPECT_THROW(read_checkpoint(folder / "damaged.safetensors"), CheckpointError) << wrong;
  }
  file.metadata["rate_scale"] = "0.25";
  write_safetensors(folder / "slow.safetensors", file);
  restore(read_checkpoint(folder / "slow.safetensors"), restored.trainer, restored.batches);
  EXPECT_EQ(restored.trainer.rate_scale(), 0.25);
}

TEST(Checkpoint, KeepsTheMinutesOfTrainingAndTakesNoneForThoseOfBefore) {
  const TemporaryFolder folder;
  SmallRun run;
  run.trainer.set_minutes(0.375);
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  EXPECT_EQ(read_checkpoint(folder / "a.safetensors").minutes, 0.375);
  SmallRun restored;
  restore(read_checkpoint(folder / "a.safetensors"), restored.trainer, restored.batches);
  EXPECT_EQ(restored.trainer.minutes(), 0.375);

  TensorFile file = read_safetensors(folder / "a.safetensors");
  for (const char* wrong : {"-0.1", "late", ""}) {
    file.metadata["minutes"] = wrong;
    write_safetensors(folder / "damaged.safetensors", file);
    EXPECT_THROW(read_checkpoint(folder / "damaged.safetensors"), CheckpointError) << wrong;
  }
  file.metadata.erase("minutes");
  write_safetensors(folder / "old.safetensors", file);
  EXPECT_EQ(read_checkpoint(folder / "old.safetensors").minutes, 0);
}

TEST(Checkpoint, TheAverageAloneDrawsTheSamePictures) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  Generator generator =
      averaged_generator(read_checkpoint(folder / "a.safetensors"), small_options().model, torch::kCPU);
  const torch::Tensor latents = latents_from_seed(3, 8, 0);
  EXPECT_TRUE(torch::equal(generate(generator, latents, {}, torch::kCPU), run.trainer.sample(latents)));
}

TEST(Checkpoint, OnlyTheTensorsThatAreUsedAreRead) {
  const TemporaryFolder folder;
  SmallRun run;
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  const auto before = test_support::bytes_read();
  if (!before) {
    GTEST_SKIP() << "the system does not count what is read";
  }
  const Checkpoint checkpoint = read_checkpoint(folder / "a.safetensors");
  const int64_t header = *test_support::bytes_read() - *before;
  averaged_generator(checkpoint, small_options().model, torch::kCPU);
  const int64_t average = *test_support::bytes_read() - *before - header;

  int64_t bytes = 0;
  int64_t bytes_of_average = 0;
  for (const auto& [name, tensor] : run.trainer.state()) {
    const auto size = static_cast<int64_t>(tensor.nbytes());
    bytes += size;
    bytes_of_average += name.starts_with("average.") ? size : 0;
  }
  const auto file_size = static_cast<int64_t>(std::filesystem::file_size(folder / "a.safetensors"));
  constexpr int64_t kOfProc = 1000;                   // reading the count itself
  ASSERT_GT(bytes - bytes_of_average, 20 * kOfProc);  // what reading all of it would add
  EXPECT_LT(header, file_size - bytes + kOfProc);
  EXPECT_LT(average, bytes_of_average + kOfProc);
}

TEST(Checkpoint, OtherShapesAreRefusedAndChangeNothing) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  TrainingOptions wider = small_options();
  wider.model.width = 32;
  Trainer trainer = make_trainer(wider, torch::kCPU);
  Batches batches(ten_pictures(), torch::zeros({10}, torch::kInt64), 4, 0);
  const torch::Tensor before = trainer.state().front().second.clone();
  EXPECT_THROW(restore(read_checkpoint(folder / "a.safetensors"), trainer, batches), CheckpointError);
  EXPECT_TRUE(torch::equal(before, trainer.state().front().second));
  EXPECT_EQ(trainer.steps_done(), 0);
}

// Those of a trainer's state that belong to a network, by name.
std::map<std::string, torch::Tensor> network_tensors(const Trainer& trainer) {
  std::map<std::string, torch::Tensor> tensors;
  for (const auto& [name, tensor] : trainer.state()) {
    if (name.starts_with("generator.") || name.starts_with("discriminator.") ||
        name.starts_with("average.")) {
      tensors[name] = tensor;
    }
  }
  return tensors;
}

TEST(TakeOverNetworks, CopiesThemAndResizesPlacesAndLeavesTheRestAtItsStart) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  for (const int64_t side : {2, 4}) {
    TrainingOptions options = small_options();
    options.model.size = 4 * side;
    options.seed = 7;
    Trainer trainer = make_trainer(options, torch::kCPU);
    const Trainer fresh = make_trainer(options, torch::kCPU);
    take_over_networks(read_checkpoint(folder / "a.safetensors"), {2, 2}, {side, side}, trainer);
    auto expected = network_tensors(run.trainer);
    for (const char* name : {"generator.patch_tokens", "average.patch_tokens", "discriminator.places"}) {
      expected.at(name) = resized_places(expected.at(name), {2, 2}, {side, side});
    }
    const auto found = network_tensors(trainer);
    ASSERT_EQ(found.size(), expected.size());
    for (const auto& [name, tensor] : expected) {
      EXPECT_TRUE(torch::equal(found.at(name), tensor)) << name;
    }
    EXPECT_EQ(trainer.steps_done(), 0);
    const auto state = trainer.state();
    const auto at_start = fresh.state();
    for (size_t i = 0; i < state.size(); ++i) {
      const auto& [name, tensor] = state[i];
      if (!found.contains(name)) {
        EXPECT_TRUE(torch::equal(tensor, at_start[i].second)) << name;
      }
    }
  }
}

TEST(TakeOverNetworks, OfAnotherShapeIsRefusedAndChangesNothing) {
  const TemporaryFolder folder;
  const SmallRun run;
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  TrainingOptions wider = small_options();
  wider.model.width = 32;
  Trainer trainer = make_trainer(wider, torch::kCPU);
  const torch::Tensor before = trainer.state().front().second.clone();
  const Checkpoint checkpoint = read_checkpoint(folder / "a.safetensors");
  EXPECT_THROW(take_over_networks(checkpoint, {2, 2}, {2, 2}, trainer), CheckpointError);
  // Places that are not those of the size that was told.
  EXPECT_THROW(take_over_networks(checkpoint, {3, 3}, {4, 4}, trainer), CheckpointError);
  EXPECT_TRUE(torch::equal(before, trainer.state().front().second));
}

TEST(Checkpoint, RandomNumbersOfAnotherKindOfDeviceStartAnew) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  TensorFile file = read_safetensors(folder / "a.safetensors");
  for (auto& [name, tensor] : file.tensors) {
    if (name == "random_state") {
      tensor = torch::zeros({16}, torch::kUInt8);
    }
  }
  write_safetensors(folder / "a.safetensors", file);
  SmallRun restored;
  restore(read_checkpoint(folder / "a.safetensors"), restored.trainer, restored.batches);
  EXPECT_EQ(restored.trainer.steps_done(), 1);
  EXPECT_TRUE(torch::equal(restored.trainer.state().front().second, run.trainer.state().front().second));
}

TEST(Checkpoint, ForeignFilesAreRefused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "foreign.safetensors", {{{"weight", torch::zeros({2})}}, {{"author", "else"}}});
  EXPECT_THROW(read_checkpoint(folder / "foreign.safetensors"), CheckpointError);
  write_safetensors(
      folder / "no-step.safetensors",
      {{}, {{"format", "ganwright-checkpoint-2"}, {"step", "soon"}, {"config", ""}, {"pictures", ""}}});
  EXPECT_THROW(read_checkpoint(folder / "no-step.safetensors"), CheckpointError);
}

TEST(CheckpointOfARun, IsTheNewestOrTheOneThatIsAskedFor) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  EXPECT_THROW(read_checkpoint_of(run, ""), CheckpointError);
  SmallRun state;
  for (const int64_t step : {2, 4}) {
    state.trainer.set_steps_done(step);
    save_checkpoint(run.checkpoint(step), state.trainer, state.batches, {});
  }
  EXPECT_EQ(read_checkpoint_of(run, "").step, 4);
  EXPECT_EQ(read_checkpoint_of(run, run.checkpoint(2)).step, 2);
  EXPECT_THROW(read_checkpoint_of(run, run.checkpoint(3)), CheckpointError);
  std::filesystem::copy_file(run.checkpoint(2), folder / "elsewhere.safetensors");
  EXPECT_THROW(read_checkpoint_of(run, folder / "elsewhere.safetensors"), CheckpointError);
}

TEST(CheckpointOfARun, ADamagedNewestNamesTheOneBeforeAndIsNotPassedOver) {
  const TemporaryFolder folder;
  const RunDirectory run = create_run(folder / "run");
  const SmallRun state;
  const auto complaint = [&] {
    try {
      read_checkpoint_of(run, "");
    } catch (const CheckpointError& error) {
      return std::string(error.what());
    }
    return std::string("no error");
  };
  test_support::write_file(run.checkpoint(4), "damaged");
  EXPECT_NE(complaint().find(run.checkpoint(4).string()), std::string::npos) << complaint();
  EXPECT_EQ(complaint().find("--checkpoint"), std::string::npos) << complaint();
  for (const int64_t step : {1, 2}) {
    save_checkpoint(run.checkpoint(step), state.trainer, state.batches, {});
  }
  EXPECT_NE(complaint().find("--checkpoint " + run.checkpoint(2).string()), std::string::npos) << complaint();
}

TEST(Checkpoint, AFailedWriteKeepsThePreviousOne) {
  const TemporaryFolder folder;
  SmallRun run;
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {});
  run.step();
  {
    const test_support::FileSizeLimit limit(4096);
    EXPECT_THROW(save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, {}), WriteError);
  }
  EXPECT_EQ(read_checkpoint(folder / "a.safetensors").step, 0);
}

}  // namespace
}  // namespace ganwright
