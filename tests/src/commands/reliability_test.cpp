#include <gtest/gtest.h>
#include <sys/wait.h>

#include <algorithm>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <string>

#include "files/run_directory.h"
#include "files/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::json_lines;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_in_shell;
using test_support::run_program;
using test_support::write_file;

class Reliability : public testing::Test {
 protected:
  Reliability() { test_support::write_noise(folder_ / "pictures", 6, 8, 1); }

  [[nodiscard]] std::string train(const std::string& rest) const {
    return "train --data " + (folder_ / "pictures").string() + " --out " + run_.path.string() +
           test_support::kTinyModel + " --channels 1 --device cpu " + rest;
  }

  [[nodiscard]] std::string resume(const std::string& rest = "") const {
    return "resume " + run_.path.string() + " " + rest;
  }

  test_support::TemporaryFolder folder_;
  RunDirectory run_{folder_ / "run"};
};

// As a kill right after a checkpoint leaves the run.
TEST_F(Reliability, ResumeMakesUpForWhatBelongsToTheStepOfACheckpointAlsoOfTheLast) {
  ASSERT_EQ(
      run_program(train("--steps 4 --checkpoint-every 2 --sample-every 2 --evaluate-every 2")).exit_code, 0);
  const std::string grid = read_file(run_.sample_grid(4));
  const std::string metrics = read_file(run_.metrics());
  const auto evaluations = json_lines(run_.evaluations());
  fs::remove(run_.sample_grid(4));
  write_file(run_.metrics(), metrics.substr(0, metrics.rfind('\n', metrics.size() - 2) + 1));
  write_file(run_.evaluations(), evaluations[0].dump() + "\n");
  fs::remove(run_.best_checkpoint());
  const Outcome resumed = run_program(resume());
  EXPECT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_EQ(read_file(run_.sample_grid(4)), grid);
  EXPECT_EQ(read_file(run_.metrics()), metrics);
  EXPECT_EQ(json_lines(run_.evaluations()), evaluations);
  EXPECT_TRUE(fs::exists(run_.best_checkpoint()));
  const Outcome again = run_program(resume());
  EXPECT_NE(again.errors.find("nothing to do"), std::string::npos) << again.errors;
}

TEST_F(Reliability, EverySignalThatAsksForTheEndIsObeyedAfterSaving) {
  for (const int number : {SIGHUP, SIGUSR1, SIGXCPU}) {
    fs::remove_all(run_.path);
    const int status = test_support::signal_after_first_steps(
        train("--steps 1000000 --checkpoint-every 5 --log-every 1"), run_, number);
    ASSERT_TRUE(WIFEXITED(status)) << number;
    EXPECT_EQ(WEXITSTATUS(status), 130) << number;
    EXPECT_EQ(latest_checkpoint(run_), run_.checkpoint(json_lines(run_.metrics()).back().at("step")))
        << number;
  }
}

TEST_F(Reliability, NoMessageGoesIntoAFileWhereTheTerminalIsClosed) {
  const std::string command = GANWRIGHT_BINARY " " + train("--steps 2") + " <&- >&- 2>&-";
  EXPECT_EQ(std::system(command.c_str()), 0);
  EXPECT_EQ(json_lines(run_.metrics()).size(), 2U);
  EXPECT_EQ(json_lines(run_.sessions()).size(), 1U);
}

TEST_F(Reliability, ATinyStackIsRaisedOrTold) {
  const Outcome raised = run_in_shell("losses", "ulimit -S -s 64;");
  EXPECT_EQ(raised.exit_code, 0) << raised.errors;
}

TEST_F(Reliability, OfTwoSessionsAtOnceTheSecondReadsNothingAndNamesTheFirst) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  const RunLock lock(run_);
  const Outcome refused = run_program(resume("--steps 4"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("another ganwright is training in"), std::string::npos) << refused.errors;
  EXPECT_NE(refused.errors.find("process "), std::string::npos) << refused.errors;
  EXPECT_TRUE(is_one_line(refused.errors)) << refused.errors;
}

TEST_F(Reliability, PicturesThatWereReplacedUnderTheirNamesAreNoticed) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  test_support::write_noise(folder_ / "others", 6, 8, 1);
  fs::copy_file(folder_ / "others/5.png", folder_ / "pictures/3.png", fs::copy_options::overwrite_existing);
  const Outcome refused = run_program(resume("--steps 4"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("are not those that the run was trained with"), std::string::npos)
      << refused.errors;
  EXPECT_EQ(run_program(resume("--steps 4 --allow-changes")).exit_code, 0);
}

TEST_F(Reliability, WhatAKillLeftBeforeTheFirstCheckpointIsTakenOver) {
  create_run(run_.path);
  write_file(run_.log(), "a line\n");
  write_file(run_.lock(), "held by process 1 on a since yesterday\n");
  write_file(run_.checkpoint(0).string() + ".0123456789abcdef.partial", "half of it");
  const Outcome told = run_program(resume());
  EXPECT_EQ(told.exit_code, 2);
  EXPECT_NE(told.errors.find("train again"), std::string::npos) << told.errors;
  const Outcome trained = run_program(train("--steps 2"));
  EXPECT_EQ(trained.exit_code, 0) << trained.errors;
  EXPECT_EQ(list_checkpoints(run_).size(), 2U);
  EXPECT_FALSE(fs::exists(run_.lock()));
}

// The state of a checkpoint with other tensors or other metadata.
void rewrite(const fs::path& path, const std::function<void(TensorFile&)>& change) {
  TensorFile file = read_safetensors(path);
  change(file);
  write_safetensors(path, file);
}

torch::Tensor& tensor_of(TensorFile& file, const std::string& name) {
  return std::find_if(file.tensors.begin(), file.tensors.end(),
                      [&](const auto& item) { return item.first == name; })
      ->second;
}

TEST_F(Reliability, ACheckpointOfAnImpossibleStateIsRefusedInOneLine) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  const fs::path path = run_.checkpoint(2);
  const std::string whole = read_file(path);
  const auto expect_refused = [&](const std::string& hint, const std::function<void(TensorFile&)>& change) {
    rewrite(path, change);
    const Outcome refused = run_program(resume("--steps 4"));
    EXPECT_EQ(refused.exit_code, 2) << hint;
    EXPECT_NE(refused.errors.find(hint), std::string::npos) << refused.errors;
    write_file(path, whole);
  };
  constexpr int64_t kLargest = std::numeric_limits<int64_t>::max();
  expect_refused("data_position", [&](TensorFile& f) { tensor_of(f, "data_position").fill_(kLargest); });
  expect_refused("data_position", [&](TensorFile& f) { tensor_of(f, "data_position").fill_(-1); });
  expect_refused("random_state", [](TensorFile& f) { tensor_of(f, "random_state").fill_(255); });
  expect_refused("step", [](TensorFile& f) { f.metadata["step"] = "999999999999999999"; });
}

// 280 KB that ask for networks of 10 GB.
TEST_F(Reliability, ACheckpointWhoseConfigurationAsksForMoreThanItHoldsTakesNoMemory) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  rewrite(run_.checkpoint(2), [](TensorFile& file) {
    std::string& config = file.metadata["config"];
    for (const auto& [name, value] :
         {std::pair("width", "16384"), std::pair("depth", "200"), std::pair("heads", "4")}) {
      const size_t start = config.find("\n" + std::string(name) + " = ") + 1;
      config.replace(start, config.find('\n', start) - start, std::string(name) + " = " + value);
    }
  });
  fs::remove(run_.config());
  for (const std::string& command : {resume("--steps 4"), "sample " + run_.path.string() + " --out grid.png",
                                     "verify " + run_.path.string()}) {
    // The program itself takes some 2 GB of addresses.
    const Outcome refused = run_in_shell(command, "ulimit -v 8000000;");
    EXPECT_EQ(refused.exit_code, 2) << command;
    EXPECT_NE((refused.errors + refused.output).find("its configuration asks for a tensor"),
              std::string::npos)
        << refused.errors;
  }
}

TEST_F(Reliability, AReceivedRunChoosesNoPlaceOfThisMachine) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  fs::copy(run_.path, folder_ / "received", fs::copy_options::recursive);
  fs::remove_all(folder_ / "received/samples");
  fs::create_directory_symlink(run_.samples(), folder_ / "received/samples");
  fs::remove(folder_ / "received/reals.png");
  fs::create_symlink(run_.reals(), folder_ / "received/reals.png");
  const std::string report = "report " + (folder_ / "received").string() + " --device cpu --out ";
  ASSERT_EQ(run_program(report + (folder_ / "a.html").string()).exit_code, 0);
  const std::string page = read_file(folder_ / "a.html");
  EXPECT_NE(page.find("The run was not trained in this folder"), std::string::npos);
  EXPECT_NE(page.find("<h2 id=\"environment\">"), std::string::npos);
  ASSERT_EQ(run_program(report + (folder_ / "b.html").string() + " --data " + (folder_ / "pictures").string())
                .exit_code,
            0);
  EXPECT_EQ(read_file(folder_ / "b.html").find("The run was not trained in this folder"), std::string::npos);
}

TEST_F(Reliability, AReportOfHostileLogsShowsTheRest) {
  ASSERT_EQ(run_program(train("--steps 2")).exit_code, 0);
  const std::string nested(100'000, '[');
  std::string names = "{\"step\":3";
  for (int i = 0; i < 20'000; ++i) {
    names += ",\"name" + std::to_string(i) + "\":1";
  }
  write_file(run_.metrics(),
             read_file(run_.metrics()) + "{\"step\":3,\"a\":" + nested + "\n" + names + "}\n");
  write_file(run_.evaluations(),
             R"({"step":2,"half":[1],"intervals":7,"frechet_distance":3})"
             "\n"
             R"({"step":3,"half":{"real":"x"},"intervals":{"frechet_distance":{"a":1}},"frechet_distance":2})"
             "\n");
  write_file(run_.sessions(), R"({"step":"x","threads":{"a":[1]},"command":7})"
                              "\n");
  cv::Mat grid = cv::Mat::zeros(20'000, 20'000, CV_8U);
  cv::imwrite(run_.sample_grid(1).string(), grid);
  grid.release();
  const Outcome outcome =
      run_in_shell("report " + run_.path.string() + " --device cpu", "ulimit -v 8000000;");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const std::string page = read_file(run_.path / "report.html");
  for (const char* part : {"overview", "curves", "metrics", "samples", "environment"}) {
    EXPECT_NE(page.find("<h2 id=\"" + std::string(part) + "\">"), std::string::npos) << part;
  }
  EXPECT_EQ(page.find("name19999"), std::string::npos);
  EXPECT_NE(page.find("discriminator_loss"), std::string::npos);
  EXPECT_EQ(run_program(resume("--steps 4 --allow-changes")).exit_code, 0);
}

}  // namespace
}  // namespace ganwright
