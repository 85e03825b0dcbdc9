#include "training/checkpoint.h"

#include <gtest/gtest.h>

#include "errors.h"
#include "temporary_folder.h"

namespace ganwright {
namespace {

using test_support::TemporaryFolder;

TrainingOptions small_options() {
  TrainingOptions options;
  options.model = {.size = 8,
                   .channels = 1,
                   .patch = 4,
                   .width = 16,
                   .depth = 1,
                   .heads = 2,
                   .latent = 8,
                   .latent_tokens = 1};
  options.batch_size = 4;
  return options;
}

torch::Tensor pictures() {
  torch::manual_seed(1);
  return (torch::rand({10, 1, 8, 8}) * 255).to(torch::kUInt8);
}

struct SmallRun {
  Trainer trainer{small_options(), torch::kCPU};
  Batches batches{pictures(), 4, 0};
  torch::Tensor step() { return trainer.step(batches.next(torch::kCPU)); }
};

TEST(Checkpoint, ARestoredRunGoesOnBitForBit) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "size = 8\n", "10:abc");
  SmallRun restored;
  const Checkpoint checkpoint = read_checkpoint(folder / "a.safetensors");
  EXPECT_EQ(checkpoint.step, 2);
  EXPECT_EQ(checkpoint.config, "size = 8\n");
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

TEST(Checkpoint, TheAverageAloneDrawsTheSamePictures) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "", "");
  Generator generator(small_options().model);
  restore_average(read_checkpoint(folder / "a.safetensors"), generator);
  const torch::Tensor latents = latents_from_seed(3, 8, 0);
  EXPECT_TRUE(torch::equal(generate(generator, latents, torch::kCPU), run.trainer.sample(latents)));
}

TEST(Checkpoint, OtherShapesAreRefusedAndChangeNothing) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "", "");
  TrainingOptions wider = small_options();
  wider.model.width = 32;
  Trainer trainer(wider, torch::kCPU);
  Batches batches(pictures(), 4, 0);
  const torch::Tensor before = trainer.state().front().second.clone();
  EXPECT_THROW(restore(read_checkpoint(folder / "a.safetensors"), trainer, batches), CheckpointError);
  EXPECT_TRUE(torch::equal(before, trainer.state().front().second));
  EXPECT_EQ(trainer.steps_done(), 0);
}

TEST(Checkpoint, RandomNumbersOfAnotherKindOfDeviceStartAnew) {
  const TemporaryFolder folder;
  SmallRun run;
  run.step();
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "", "");
  Checkpoint checkpoint = read_checkpoint(folder / "a.safetensors");
  for (auto& [name, tensor] : checkpoint.file.tensors) {
    if (name == "random_state") {
      tensor = torch::zeros({16}, torch::kUInt8);
    }
  }
  SmallRun restored;
  restore(checkpoint, restored.trainer, restored.batches);
  EXPECT_EQ(restored.trainer.steps_done(), 1);
  EXPECT_TRUE(torch::equal(restored.trainer.state().front().second, run.trainer.state().front().second));
}

TEST(Checkpoint, ForeignFilesAreRefused) {
  const TemporaryFolder folder;
  write_safetensors(folder / "foreign.safetensors", {{{"weight", torch::zeros({2})}}, {{"author", "else"}}});
  EXPECT_THROW(read_checkpoint(folder / "foreign.safetensors"), CheckpointError);
  write_safetensors(
      folder / "no-step.safetensors",
      {{}, {{"format", "ganwright-checkpoint-1"}, {"step", "soon"}, {"config", ""}, {"pictures", ""}}});
  EXPECT_THROW(read_checkpoint(folder / "no-step.safetensors"), CheckpointError);
}

TEST(Checkpoint, AFailedWriteKeepsThePreviousOne) {
  const TemporaryFolder folder;
  SmallRun run;
  save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "", "");
  run.step();
  {
    const test_support::FileSizeLimit limit(4096);
    EXPECT_THROW(save_checkpoint(folder / "a.safetensors", run.trainer, run.batches, "", ""), WriteError);
  }
  EXPECT_EQ(read_checkpoint(folder / "a.safetensors").step, 0);
}

}  // namespace
}  // namespace ganwright
