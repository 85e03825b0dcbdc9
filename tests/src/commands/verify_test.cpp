#include <gtest/gtest.h>

#include <filesystem>

#include "files/run_directory.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::Outcome;
using test_support::read_file;
using test_support::run_program;
using test_support::write_file;

class VerifyCommand : public testing::Test {
 protected:
  VerifyCommand() {
    test_support::write_noise(folder_ / "pictures", 4, 8, 1);
    const Outcome trained =
        run_program("train --data " + (folder_ / "pictures").string() + " --out " + run_.path.string() +
                    test_support::kTinyModel + " --channels 1 --steps 2 --checkpoint-every 1 --device cpu");
    EXPECT_EQ(trained.exit_code, 0) << trained.errors;
  }

  [[nodiscard]] Outcome verify() const { return run_program("verify " + run_.path.string()); }

  test_support::TemporaryFolder folder_;
  RunDirectory run_{folder_ / "run"};
};

TEST_F(VerifyCommand, TellsOfEveryFileWhatIsInIt) {
  const Outcome outcome = verify();
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const char* name : {"checkpoints/000000000.safetensors", "checkpoints/000000002.safetensors",
                           "metrics.jsonl", "sessions.jsonl", "reals.png", "samples/000000002.png"}) {
    EXPECT_NE(outcome.output.find(name), std::string::npos) << outcome.output;
  }
  EXPECT_EQ(outcome.output.find("DAMAGED"), std::string::npos) << outcome.output;
}

TEST_F(VerifyCommand, FindsOneAlteredByteInEachKindOfFile) {
  for (const auto& path : {run_.checkpoint(1), run_.metrics(), run_.sample_grid(2)}) {
    const std::string bytes = read_file(path);
    std::string changed = bytes;
    const size_t place = path == run_.metrics() ? 0 : bytes.size() - 20;
    changed[place] = static_cast<char>(changed[place] ^ 1);
    write_file(path, changed);
    const Outcome outcome = verify();
    EXPECT_EQ(outcome.exit_code, 2) << path;
    EXPECT_NE(outcome.errors.find("1 files of"), std::string::npos) << outcome.errors;
    const size_t line = outcome.output.find(path.filename().string());
    ASSERT_NE(line, std::string::npos);
    EXPECT_LT(outcome.output.find("DAMAGED", line), outcome.output.find('\n', line)) << outcome.output;
    write_file(path, bytes);
  }
}

}  // namespace
}  // namespace ganwright
