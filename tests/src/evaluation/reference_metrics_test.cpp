// Our metrics against those of torch-fidelity, clean-fid's formula and prdc on the same features.
#include <gtest/gtest.h>

#include <cstdlib>
#include <nlohmann/json.hpp>
#include <string>

#include "evaluation/frechet_distance.h"
#include "evaluation/kernel_distance.h"
#include "evaluation/neighbor_metrics.h"
#include "files/safetensors.h"
#include "tests/support/gaussian_samples.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

using test_support::gaussian_samples;
using test_support::read_file;
using test_support::TemporaryFolder;

const std::string kPython = GANWRIGHT_SOURCE_DIR "/.venv/bin/python";

bool has_packages() {
  const std::string find =
      kPython +
      " -c 'import importlib.util, sys\n"
      "sys.exit(not all(map(importlib.util.find_spec, sys.argv[1:])))'"
      " torch safetensors scipy sklearn joblib threadpoolctl tqdm prdc torch_fidelity 2>/dev/null";
  return std::system(find.c_str()) == 0;
}

TEST(Metrics, AgreeWithIndependentImplementations) {
  if (!has_packages()) {
    GTEST_SKIP()
        << "Python has no torch, scipy, torch_fidelity or prdc (scripts/setup --tests installs them)";
  }
  // Features of correlated, skewed coordinates, as those of networks are.
  const torch::Tensor mixing = gaussian_samples(48, 48, 1) / 7;
  const torch::Tensor real = gaussian_samples(400, 48, 2).mm(mixing).relu();
  const torch::Tensor generated = (1.1 * gaussian_samples(400, 48, 3)).mm(mixing).relu() + 0.1;
  const TemporaryFolder folder;
  write_safetensors(folder / "features.safetensors", {{{"real", real}, {"generated", generated}}, {}});
  const std::string command = kPython +
                              " " GANWRIGHT_SOURCE_DIR "/tests/src/evaluation/reference_metrics.py " +
                              (folder / "features.safetensors").string() + " >" + (folder / "out").string();
  ASSERT_EQ(std::system(command.c_str()), 0);
  const auto theirs = nlohmann::json::parse(read_file(folder / "out"));

  const auto expect_agreement = [&](const std::string& name, double ours) {
    const double value = theirs.at(name).get<double>();
    EXPECT_NEAR(ours, value, 1e-3 * std::abs(value)) << name;
    EXPECT_GT(std::abs(value), 0.01) << name;
  };
  const double frechet = frechet_estimate(real, generated).value;
  expect_agreement("frechet_distance", frechet);
  expect_agreement("frechet_distance_by_root", frechet);
  expect_agreement("kernel_distance", kernel_distance(real, generated).value);
  const NeighborMetrics neighbors = neighbor_metrics(real, generated);
  expect_agreement("precision", neighbors.precision.value);
  expect_agreement("recall", neighbors.recall.value);
  expect_agreement("density", neighbors.density.value);
  expect_agreement("coverage", neighbors.coverage.value);
}

}  // namespace
}  // namespace ganwright
