#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <cmath>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <opencv2/core.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "files/run_directory.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"
#include "training/checkpoint.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::is_one_line;
using test_support::json_lines;
using test_support::kTinyModel;
using test_support::Outcome;
using test_support::read_file;
using test_support::run_program;
using test_support::TemporaryFolder;
using test_support::write_file;
using test_support::write_noise;

class Evaluation : public testing::Test {
 protected:
  Evaluation() {
    write_noise(folder_ / "pictures/a", 30, 8, 3);
    write_noise(folder_ / "pictures/b", 10, 8, 3);
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] Outcome train(const std::string& run, const std::string& rest) const {
    return run_program("train --data " + path("pictures") + " --out " + path(run) + kTinyModel +
                       " --device cpu " + rest);
  }

  [[nodiscard]] Outcome evaluate(const std::string& rest) const {
    return run_program("evaluate " + path("run") + " --device cpu --resamples 20 " + rest);
  }

  TemporaryFolder folder_;
};

TEST_F(Evaluation, ComparesWithIntervalsAndARealFloorAndAddsALineToTheRun) {
  ASSERT_EQ(train("run", "--steps 2").exit_code, 0);
  const Outcome outcome = evaluate("--json");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto result = nlohmann::json::parse(outcome.output);
  EXPECT_EQ(result.at("step"), 2);
  EXPECT_EQ(result.at("features"), "random");
  EXPECT_EQ(result.at("count"), 40);
  EXPECT_EQ(result.at("reals"), 40);
  EXPECT_EQ(result.at("half").at("count"), 20);
  for (const char* name : {"frechet_distance", "kernel_distance", "precision", "recall", "density",
                           "coverage", "sliced_wasserstein", "sliced_wasserstein_8"}) {
    const double value = result.at(name).get<double>();
    EXPECT_LE(result.at("intervals").at(name).at(0), value) << name;
    EXPECT_GE(result.at("intervals").at(name).at(1), value) << name;
    EXPECT_TRUE(result.at("half").at("generated").at(name).is_number()) << name;
    EXPECT_TRUE(result.at("half").at("real").at(name).is_number()) << name;
  }
  // An untrained generator draws no noise.
  EXPECT_GT(result.at("half").at("generated").at("frechet_distance"),
            2 * result.at("half").at("real").at("frechet_distance").get<double>());
  EXPECT_GT(result.at("half").at("real").at("coverage"), 0.6);

  const Outcome table = evaluate("");
  ASSERT_EQ(table.exit_code, 0) << table.errors;
  for (const char* text : {"frechet_distance", "95 % interval", "of 20:", "not comparable with published"}) {
    EXPECT_NE(table.output.find(text), std::string::npos) << table.output;
  }
  const auto lines = json_lines(folder_ / "run/evaluations.jsonl");
  ASSERT_EQ(lines.size(), 2U);
  EXPECT_EQ(lines[0], result);
  EXPECT_EQ(lines[1], result);
}

TEST_F(Evaluation, TakesOtherPicturesCountsSeedsAndCheckpoints) {
  ASSERT_EQ(train("run", "--steps 2 --checkpoint-every 1").exit_code, 0);
  write_noise(folder_ / "others", 9, 12, 1);
  const auto run = [&](const std::string& rest) {
    const Outcome outcome = evaluate("--json " + rest);
    EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
    return nlohmann::json::parse(outcome.output);
  };
  const auto others = run("--data " + path("others") + " --count 20");
  EXPECT_EQ(others.at("count"), 20);
  EXPECT_EQ(others.at("reals"), 9);
  EXPECT_EQ(others.at("half").at("count"), 4);
  const Outcome bare = run_program("evaluate " + path("run") + " --device cpu --json --resamples 0");
  EXPECT_FALSE(nlohmann::json::parse(bare.output).contains("intervals"));
  const auto few = run("--count 2");
  EXPECT_EQ(few.at("reals"), 4);
  const auto many = run("--count 2 --reals 40 --seed 1");
  EXPECT_EQ(many.at("reals"), 40);
  EXPECT_NE(many.at("frechet_distance"), run("--count 2 --reals 40 --seed 2").at("frechet_distance"));
  EXPECT_EQ(run("--checkpoint 000000001.safetensors").at("step"), 1);
}

TEST_F(Evaluation, TakesFeaturesOfATorchScriptFileAndKeepsThoseOfRealPictures) {
  ASSERT_EQ(train("run", "--steps 1").exit_code, 0);
  torch::jit::Module network("Network");
  network.define(
      "def forward(self, x: Tensor, return_features: bool = False):\n"
      "    return x.float().mean(dim=[2, 3]) if return_features else x\n");
  network.save(path("mean.pt"));
  const std::string arguments = "--json --features " + path("mean.pt") + " --cache " + path("cache");
  const Outcome first = evaluate(arguments);
  ASSERT_EQ(first.exit_code, 0) << first.errors;
  EXPECT_EQ(nlohmann::json::parse(first.output).at("features"), "mean.pt");
  EXPECT_EQ(first.errors.find("using the features of the real pictures"), std::string::npos) << first.errors;
  const Outcome second = evaluate(arguments);
  EXPECT_NE(second.errors.find("using the features of the real pictures"), std::string::npos)
      << second.errors;
  EXPECT_EQ(second.output, first.output);
}

TEST_F(Evaluation, DrawsClassesInTheProportionsOfTheData) {
  ASSERT_EQ(train("run", "--steps 1 --conditional").exit_code, 0);
  EXPECT_EQ(evaluate("").exit_code, 0);
  write_noise(folder_ / "some/b", 6, 8, 3);
  write_noise(folder_ / "some/a", 6, 8, 3);
  EXPECT_EQ(evaluate("--data " + path("some")).exit_code, 0);
  write_noise(folder_ / "other/c", 6, 8, 3);
  const Outcome refused = evaluate("--data " + path("other"));
  EXPECT_EQ(refused.exit_code, 2);
  EXPECT_NE(refused.errors.find("no class"), std::string::npos) << refused.errors;
  EXPECT_TRUE(is_one_line(refused.errors)) << refused.errors;
}

TEST_F(Evaluation, WorksOnAnOddFolder) {
  ASSERT_EQ(train("run", "--steps 1").exit_code, 0);
  const fs::path odd = folder_ / "odd folder/.hidden sub/\xC3\xA9\xFF";
  fs::create_directories(odd);
  for (int i = 0; i < 12; ++i) {
    cv::Mat picture(3 + i, 40 - i, i % 2 == 0 ? CV_8UC1 : CV_16UC4);
    cv::randu(picture, 0, 200);
    cv::imwrite((folder_ / "odd folder" / ("p " + std::to_string(i) + ".png")).string(), picture);
  }
  write_file(folder_ / "odd folder/broken.jpg", "no picture");
  write_file(folder_ / "odd folder/notes.txt", "no picture");
  fs::copy_file(folder_ / "odd folder/p 0.png", odd / "x.png");
  const Outcome outcome = evaluate("--json --data \"" + path("odd folder") + "\"");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_TRUE(nlohmann::json::parse(outcome.output).at("frechet_distance").is_number());
}

TEST_F(Evaluation, RefusesWithOneLineAndLeavesNoLine) {
  ASSERT_EQ(train("run", "--steps 1").exit_code, 0);
  write_noise(folder_ / "three", 3, 8, 3);
  write_file(folder_ / "text.pt", "no network");
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"--data " + path("missing"), "missing"},
      {"--data " + path("three"), "at least 4"},
      {"--count 1", "at least 2"},
      {"--reals 41", "holds 40"},
      {"--features " + path("text.pt"), "not a TorchScript"},
      {"--checkpoint 000000009.safetensors", "000000009"},
  };
  for (const auto& [arguments, hint] : cases) {
    const Outcome outcome = evaluate(arguments);
    EXPECT_EQ(outcome.exit_code, 2) << arguments << "\n" << outcome.errors;
    EXPECT_NE(outcome.errors.find(hint), std::string::npos) << arguments << "\n" << outcome.errors;
    EXPECT_TRUE(is_one_line(outcome.errors)) << arguments << "\n" << outcome.errors;
  }
  EXPECT_EQ(run_program("evaluate " + path("nothing")).exit_code, 2);
  EXPECT_EQ(run_program("evaluate " + path("run") + " --resamples 1").exit_code, 2);
  EXPECT_FALSE(fs::exists(folder_ / "run/evaluations.jsonl"));
}

TEST_F(Evaluation, InTrainingKeepsTheBestAndChangesNothingElse) {
  ASSERT_EQ(train("plain", "--steps 6 --log-every 2").exit_code, 0);
  const Outcome outcome =
      train("run", "--steps 6 --log-every 2 --evaluate-every 2 --checkpoint-every 3 --keep-checkpoints 1");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_FALSE(fs::exists(folder_ / "plain/evaluations.jsonl"));
  EXPECT_FALSE(fs::exists(folder_ / "plain/checkpoints/best.safetensors"));

  const auto lines = json_lines(folder_ / "run/evaluations.jsonl");
  ASSERT_EQ(lines.size(), 3U);
  double best = std::numeric_limits<double>::infinity();
  int64_t best_step = 0;
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].at("step"), 2 * i + 2);
    EXPECT_EQ(lines[i].at("features"), "random");
    if (lines[i].at("frechet_distance") < best) {
      best = lines[i].at("frechet_distance");
      best_step = lines[i].at("step");
    }
  }
  EXPECT_EQ(read_checkpoint(folder_ / "run/checkpoints/best.safetensors").step, best_step);
  EXPECT_EQ(list_checkpoints({folder_ / "run"}),
            std::vector{fs::path(path("run/checkpoints/000000006.safetensors"))});
  EXPECT_NE(read_file(folder_ / "run/log.txt").find("(the best so far): frechet_distance"),
            std::string::npos);
  EXPECT_EQ(
      run_program("sample " + path("run") + " --checkpoint best.safetensors --count 4 --out " + path("x.png"))
          .exit_code,
      0);

  const TensorFile with = read_safetensors(folder_ / "run/checkpoints/000000006.safetensors");
  const TensorFile without = read_safetensors(folder_ / "plain/checkpoints/000000006.safetensors");
  ASSERT_EQ(with.tensors.size(), without.tensors.size());
  for (size_t i = 0; i < with.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(with.tensors[i].second, without.tensors[i].second)) << with.tensors[i].first;
  }
}

TEST_F(Evaluation, InAResumedTrainingIsThatOfOneThatNeverStopped) {
  const std::string options = " --evaluate-every 2 --checkpoint-every 3 ";
  ASSERT_EQ(train("run", "--steps 8" + options).exit_code, 0);
  ASSERT_EQ(train("parts", "--steps 5" + options).exit_code, 0);
  // As after a kill: the evaluation of step 4 is later than the last checkpoint.
  fs::remove(folder_ / "parts/checkpoints/000000005.safetensors");
  const Outcome resumed = run_program("resume " + path("parts") + " --steps 8");
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  EXPECT_NE(resumed.errors.find("the best checkpoint so far is of step"), std::string::npos)
      << resumed.errors;
  EXPECT_EQ(read_file(folder_ / "parts/evaluations.jsonl"), read_file(folder_ / "run/evaluations.jsonl"));
  EXPECT_EQ(read_checkpoint(folder_ / "parts/checkpoints/best.safetensors").step,
            read_checkpoint(folder_ / "run/checkpoints/best.safetensors").step);
}

TEST_F(Evaluation, InAResumedTrainingKnowsTheBestSoFar) {
  const fs::path best = folder_ / "run/checkpoints/best.safetensors";
  // From one seed or another step 4 is worse than step 2.
  for (int seed = 0; seed < 16 && !(fs::exists(best) && read_checkpoint(best).step == 2); ++seed) {
    fs::remove_all(folder_ / "run");
    ASSERT_EQ(train("run", "--steps 4 --evaluate-every 2 --seed " + std::to_string(seed)).exit_code, 0);
  }
  ASSERT_EQ(read_checkpoint(best).step, 2);
  // Steps this small leave the generator where step 4 left it.
  const Outcome worse =
      run_program("resume " + path("run") + " --steps 8 --learning-rate 1e-9 --allow-changes");
  ASSERT_EQ(worse.exit_code, 0) << worse.errors;
  int64_t best_step = 0;
  double best_distance = std::numeric_limits<double>::infinity();
  for (const auto& line : json_lines(folder_ / "run/evaluations.jsonl")) {
    if (line.at("frechet_distance") < best_distance) {
      best_distance = line.at("frechet_distance");
      best_step = line.at("step");
    }
  }
  EXPECT_EQ(read_checkpoint(best).step, best_step);
  write_file(best, "damaged");
  const Outcome replaced = run_program("resume " + path("run") + " --steps 10");
  ASSERT_EQ(replaced.exit_code, 0) << replaced.errors;
  EXPECT_NE(replaced.errors.find("will be replaced"), std::string::npos) << replaced.errors;
  EXPECT_EQ(read_checkpoint(best).step, 10);
}

}  // namespace
}  // namespace ganwright
