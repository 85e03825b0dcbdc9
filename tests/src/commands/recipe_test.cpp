// The training recipe as a user meets it: classes, a guard against what is not finite, presets, dry runs.
#include <gtest/gtest.h>

#include <spdlog/fmt/fmt.h>
#include <cmath>
#include <filesystem>
#include <map>
#include <nlohmann/json.hpp>
#include <opencv2/imgcodecs.hpp>
#include <sstream>

#include "files/safetensors.h"
#include "tests/support/program.h"
#include "tests/support/temporary_folder.h"

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

class Recipe : public testing::Test {
 protected:
  Recipe() {
    for (const auto& [name, grey] : {std::pair("dark", 40), std::pair("light", 215)}) {
      fs::create_directories(folder_ / "classes" / name);
      for (int i = 0; i < 6; ++i) {
        cv::imwrite((folder_ / "classes" / name / (std::to_string(i) + ".png")).string(),
                    cv::Mat(8, 8, CV_8UC1, cv::Scalar(grey + i)));
      }
    }
  }

  [[nodiscard]] std::string path(const std::string& name) const { return (folder_ / name).string(); }

  [[nodiscard]] std::string train(const std::string& rest) const {
    return "train --data " + path("classes") + " --out " + path("run") + kTinyModel +
           " --channels 1 --device cpu --log-every 1 " + rest;
  }

  [[nodiscard]] std::vector<nlohmann::json> metrics() const { return json_lines(path("run/metrics.jsonl")); }

  TemporaryFolder folder_;
};

const std::string kRecipe =
    "--pairing relativistic --penalty exact --penalty-every 2 --penalty-share 0.5 --gradient-penalty 1 "
    "--penalty-end 0.1 --decay-steps 4 --learning-rate-end 0.5 --rate-scaling matrices --accumulate 2 "
    "--critic-steps 2 --augment flip,color,translation,cutout --augment-target 0.6 --augment-images 100 "
    "--warm-up 0 --conditional ";

TEST_F(Recipe, AllOfItTrainsTogether) {
  const Outcome trained = run_program(train(kRecipe + "--steps 5"));
  ASSERT_EQ(trained.exit_code, 0) << trained.errors;
  const auto lines = metrics();
  ASSERT_EQ(lines.size(), 5U);
  EXPECT_TRUE(lines[0].at("divergence").is_null());
  EXPECT_GT(lines[0].at("gradient_penalty").get<double>(), 0);
  EXPECT_NEAR(lines[0].at("learning_rate").get<double>(), 8e-4 * 96 / 8, 1e-9);
  EXPECT_NEAR(lines[4].at("learning_rate").get<double>(), 0.5 * 8e-4 * 96 / 8, 1e-9);
  EXPECT_EQ(lines[4].at("images"), 5 * 2 * 4);
}

TEST_F(Recipe, AResumedRunEqualsOneThatNeverStopped) {
  ASSERT_EQ(run_program(train(kRecipe + "--steps 6 --checkpoint-every 3")).exit_code, 0);
  const TensorFile whole = read_safetensors(path("run/checkpoints/000000006.safetensors"));
  fs::remove(path("run/checkpoints/000000006.safetensors"));
  const Outcome resumed = run_program("resume " + path("run"));
  ASSERT_EQ(resumed.exit_code, 0) << resumed.errors;
  const TensorFile parts = read_safetensors(path("run/checkpoints/000000006.safetensors"));
  ASSERT_EQ(parts.tensors.size(), whole.tensors.size());
  for (size_t i = 0; i < whole.tensors.size(); ++i) {
    EXPECT_TRUE(torch::equal(parts.tensors[i].second, whole.tensors[i].second)) << whole.tensors[i].first;
  }
}

TEST_F(Recipe, AConditionalRunDrawsAClassByName) {
  ASSERT_EQ(run_program(train("--conditional --steps 2")).exit_code, 0);
  const Outcome drawn =
      run_program("sample " + path("run") + " --out " + path("light.png") + " --class light --count 4");
  EXPECT_EQ(drawn.exit_code, 0) << drawn.errors;
  EXPECT_FALSE(cv::imread(path("light.png")).empty());
  const Outcome unknown = run_program("sample " + path("run") + " --out " + path("x.png") + " --class lihgt");
  EXPECT_EQ(unknown.exit_code, 2);
  EXPECT_TRUE(is_one_line(unknown.errors)) << unknown.errors;
  EXPECT_NE(unknown.errors.find("did you mean 'light'"), std::string::npos) << unknown.errors;
}

TEST_F(Recipe, ClassesAreNeededWhereTheyAreAskedForAndOnlyThere) {
  const Outcome none = run_program("train --data " + path("classes/dark") + " --out " + path("run") +
                                   kTinyModel + " --channels 1 --conditional --steps 1");
  EXPECT_EQ(none.exit_code, 2);
  EXPECT_NE(none.errors.find("subfolders"), std::string::npos) << none.errors;
  EXPECT_FALSE(fs::exists(path("run")));
  ASSERT_EQ(run_program(train("--steps 1")).exit_code, 0);
  const Outcome drawn = run_program("sample " + path("run") + " --out " + path("x.png") + " --class dark");
  EXPECT_EQ(drawn.exit_code, 2);
  EXPECT_NE(drawn.errors.find("--conditional"), std::string::npos) << drawn.errors;
}

TEST_F(Recipe, AConditionalRunRefusesOtherClasses) {
  ASSERT_EQ(run_program(train("--conditional --steps 1")).exit_code, 0);
  fs::rename(path("classes/light"), path("classes/bright"));
  const Outcome resumed = run_program("resume " + path("run") + " --steps 2 --allow-changes");
  EXPECT_EQ(resumed.exit_code, 2);
  EXPECT_NE(resumed.errors.find("classes"), std::string::npos) << resumed.errors;
}

// The slope of this f leaves float32 where log r passes 1.4, which steps this large do at once on pixels
// without bounds.
constexpr const char* kDiverging =
    "--f t^60-60*t+59 --generator-objective minimax --learning-rate 0.2 --warm-up 0 --clip-norm 0 --r1 0 "
    "--r2 0 "
    "--output-activation none --readout-channels 0 --stem-channels 0 ";

TEST_F(Recipe, ARunThatIsNoLongerFiniteRollsBackWithSmallerStepsAndThenStops) {
  const Outcome outcome =
      run_program(train(std::string(kDiverging) + "--steps 400 --checkpoint-every 2 --max-rollbacks 2"));
  EXPECT_EQ(outcome.exit_code, 1);
  for (const char* rollback : {"0.5 times the learning rate (rollback 1 of 2)",
                               "0.25 times the learning rate (rollback 2 of 2)", "after 2 rollbacks"}) {
    EXPECT_NE(outcome.errors.find(rollback), std::string::npos) << rollback << "\n" << outcome.errors;
  }
  // What is left is good: every tensor of the newest checkpoint is finite.
  fs::path newest;
  for (const auto& entry : fs::directory_iterator(path("run/checkpoints"))) {
    newest = std::max(newest, entry.path());
  }
  for (const auto& [name, tensor] : read_safetensors(newest).tensors) {
    EXPECT_TRUE(torch::isfinite(tensor.to(torch::kFloat64)).all().item<bool>()) << name;
  }
}

TEST_F(Recipe, ARunRecoversWhereSmallerStepsAreFinite) {
  const Outcome outcome =
      run_program(train(std::string(kDiverging) + "--steps 20 --checkpoint-every 5 --max-rollbacks 40"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_NE(outcome.errors.find("(rollback 1 of 40)"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.errors.find("done after step 20"), std::string::npos) << outcome.errors;
  // Each step is told once, and finite.
  const auto lines = metrics();
  ASSERT_EQ(lines.size(), 20U);
  for (size_t i = 0; i < lines.size(); ++i) {
    EXPECT_EQ(lines[i].at("step"), i + 1);
    EXPECT_TRUE(lines[i].at("divergence").is_number());
  }
}

TEST_F(Recipe, ADryRunTellsWhatItWouldTakeAndLeavesNothing) {
  const Outcome outcome = run_program(train("--steps 7 --dry-run"));
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  for (const char* part :
       {"generator: latents [4]", "7 steps of 4 pictures", "FLOPs a step", "memory", "time", "checkpoints"}) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << "\n" << outcome.output;
  }
  EXPECT_FALSE(fs::exists(path("run")));
  EXPECT_EQ(run_program(train("--pairing relativistic --link ratio --dry-run")).exit_code, 2);
}

class Preset : public testing::TestWithParam<fs::path> {};

// The values of a configuration by their keys, read without the program's own reader.
std::map<std::string, std::string> values_of(const fs::path& config) {
  std::map<std::string, std::string> values;
  std::istringstream lines(read_file(config));
  for (std::string line; std::getline(lines, line);) {
    if (const size_t equals = line.find(" = "); !line.starts_with('#') && equals != std::string::npos) {
      values[line.substr(0, equals)] = line.substr(equals + 3);
    }
  }
  return values;
}

TEST_P(Preset, SaysTheWholeShapeAndIsWhatItsNameSays) {
  const Outcome outcome = run_program("train --config " + GetParam().string() + " --device cpu --dry-run");
  ASSERT_EQ(outcome.exit_code, 0) << outcome.errors;
  auto values = values_of(GetParam());
  for (const char* key : {"size", "channels", "patch", "width", "depth", "heads", "latent", "divergence",
                          "generator-objective", "batch-size", "steps"}) {
    EXPECT_TRUE(values.contains(key)) << key;
  }
  const std::string name = GetParam().stem().string();
  const std::string kind = values["channels"] == "1" ? "grey-" : "color-";
  EXPECT_TRUE(name == "demo" || name == kind + values["size"]) << name;
  const int64_t side = std::stoll(values["size"]) / std::stoll(values["patch"]);
  for (const std::string& part :
       {"generator: latents [" + values["latent"] + "] to pictures [" + values["channels"] + ", " +
            values["size"] + ", " + values["size"] + "]",
        fmt::format("{0} x {0} patches of {1} x {1} pixels", side, values["patch"]),
        values["depth"] + " of width " + values["width"] + ", " + values["heads"] + " heads",
        "loss: " + values["divergence"] + ", link", values["steps"] + " steps of " + values["batch-size"]}) {
    EXPECT_NE(outcome.output.find(part), std::string::npos) << part << "\n" << outcome.output;
  }
}

std::vector<fs::path> presets() {
  std::vector<fs::path> files;
  for (const auto& entry : fs::directory_iterator(fs::path(GANWRIGHT_SOURCE_DIR) / "configs")) {
    files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

INSTANTIATE_TEST_SUITE_P(Configs, Preset, testing::ValuesIn(presets()), [](const auto& parameters) {
  std::string name = parameters.param.stem().string();
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace ganwright
