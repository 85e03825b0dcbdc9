#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "files/run_directory.h"
#include "tests/support/program.h"
#include "tests/support/read_events.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::kTinyModel;
using test_support::picture_steps;
using test_support::read_event_files;
using test_support::read_file;
using test_support::ReadEvent;
using test_support::run_program;
using test_support::scalars_of;
using test_support::TemporaryFolder;
using test_support::write_file;
using test_support::write_noise;

using Steps = std::vector<int64_t>;

class EventFiles : public testing::Test {
 protected:
  EventFiles() { write_noise(folder_ / "pictures", 4, 8, 1); }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] std::string train(const std::string& rest) const {
    return "train --data " + path("pictures") + " --out " + path("run") + kTinyModel +
           " --channels 1 --device cpu --log-every 1 --sample-every 2 --checkpoint-every 3 " + rest;
  }

  [[nodiscard]] Steps scalar_steps(const std::string& tag) const {
    Steps steps;
    for (const auto& [step, value] : scalars_of(read_event_files(folder_ / "run"), tag)) {
      steps.push_back(step);
    }
    return steps;
  }

  TemporaryFolder folder_;
};

TEST_F(EventFiles, HoldTheNumbersAndTheGridsOfARun) {
  ASSERT_EQ(run_program(train("--steps 4")).exit_code, 0);
  const std::vector<ReadEvent> events = read_event_files(folder_ / "run");
  EXPECT_EQ(scalar_steps("training/discriminator_loss"), (Steps{1, 2, 3, 4}));
  EXPECT_EQ(picture_steps(events, "samples"), (Steps{2, 4}));
  const ReadEvent::Picture grid = events.back().pictures.at("samples");
  EXPECT_EQ(grid.encoded, read_file(folder_ / "run/samples/000000004.png"));
}

TEST_F(EventFiles, OfAResumedRunHaveEveryStepOnce) {
  ASSERT_EQ(run_program(train("--steps 8 --keep-checkpoints 9")).exit_code, 0);
  ASSERT_EQ(run_program("resume " + path("run") + " --steps 10").exit_code, 0);
  EXPECT_EQ(scalar_steps("training/generator_loss"), (Steps{1, 2, 3, 4, 5, 6, 7, 8, 9, 10}));
  EXPECT_EQ(picture_steps(read_event_files(folder_ / "run"), "samples"), (Steps{2, 4, 6, 8, 10}));
  ASSERT_EQ(run_program("resume " + path("run") + " --steps 7 --checkpoint " +
                        path("run/checkpoints/000000003.safetensors"))
                .exit_code,
            0);
  EXPECT_EQ(scalar_steps("training/generator_loss"), (Steps{1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(picture_steps(read_event_files(folder_ / "run"), "samples"), (Steps{2, 4, 6, 7}));
}

TEST_F(EventFiles, TheRealTensorBoardReadsThem) {
  const char* variable = std::getenv("GANWRIGHT_PYTHON");
  const std::string python = variable != nullptr ? variable : GANWRIGHT_SOURCE_DIR "/.venv/bin/python";
  if (std::system(("'" + python +
                   "' -c 'import tensorboard.backend.event_processing.event_accumulator' "
                   ">/dev/null 2>&1")
                      .c_str()) != 0) {
    GTEST_SKIP() << python << " has no tensorboard (scripts/setup --tests installs it)";
  }
  write_file(folder_ / "read.py",
             "import sys\n"
             "from tensorboard.backend.event_processing.event_accumulator import EventAccumulator\n"
             "run = EventAccumulator(sys.argv[1], size_guidance={'scalars': 0, 'images': 0})\n"
             "run.Reload()\n"
             "print('losses', *[event.step for event in run.Scalars('training/discriminator_loss')])\n"
             "for event in run.Images('samples'):\n"
             "  with open(f'{sys.argv[1]}/samples/{event.step:09d}.png', 'rb') as grid:\n"
             "    print('grid', event.step, event.width, event.encoded_image_string == grid.read())\n");
  ASSERT_EQ(run_program(train("--steps 5 --keep-checkpoints 9")).exit_code, 0);
  ASSERT_EQ(run_program("resume " + path("run") + " --steps 6 --checkpoint " +
                        path("run/checkpoints/000000003.safetensors"))
                .exit_code,
            0);
  const std::string command =
      "'" + python + "' " + path("read.py") + " " + path("run") + " >" + path("out") + " 2>" + path("errors");
  ASSERT_EQ(std::system(command.c_str()), 0) << read_file(folder_ / "errors");
  EXPECT_EQ(read_file(folder_ / "out"),
            "losses 1 2 3 4 5 6\ngrid 2 128 True\ngrid 4 128 True\ngrid 6 128 True\n");
}

}  // namespace
}  // namespace ganwright
