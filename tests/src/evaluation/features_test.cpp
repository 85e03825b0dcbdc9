#include "evaluation/features.h"

#include <gtest/gtest.h>
#include <torch/csrc/jit/api/module.h>

#include <chrono>
#include <filesystem>
#include <string>
#include <vector>

#include "errors.h"
#include "evaluation/feature_cache.h"
#include "tests/support/random_pixels.h"
#include "tests/support/temporary_folder.h"

namespace ganwright {
namespace {

namespace fs = std::filesystem;
using test_support::random_pixels;
using test_support::read_file;
using test_support::TemporaryFolder;
using test_support::write_file;

TEST(RandomFeatures, AreTheSameEachTimeForPicturesOfAnySize) {
  for (const int64_t side : {1, 7, 70}) {
    const torch::Tensor pixels = random_pixels(34, 3, side, 1);
    const torch::Tensor features = features_of(random_features({}), pixels);
    EXPECT_EQ(features.sizes(), (std::vector<int64_t>{34, 256}));
    EXPECT_TRUE(torch::equal(features, features_of(random_features({}), pixels))) << side;
    // In batches of another size.
    EXPECT_TRUE(torch::allclose(features.narrow(0, 31, 3),
                                features_of(random_features({}), pixels.narrow(0, 31, 3)), 1e-4, 1e-5));
  }
}

// The numbers of this machine, as any other computes them.
TEST(RandomFeatures, AreTheSameOnEveryMachine) {
  const torch::Tensor ramp = torch::arange(3 * 8 * 8).to(torch::kUInt8).view({1, 3, 8, 8});
  const torch::Tensor features = features_of(random_features({}), ramp)[0];
  EXPECT_NEAR(features[0].item<double>(), 0.749206, 1e-5);
  EXPECT_NEAR(features[255].item<double>(), 0.0890535, 1e-5);
}

TEST(RandomFeatures, TakeGreyAsThreeEqualChannels) {
  const torch::Tensor grey = random_pixels(5, 1, 16, 2);
  EXPECT_TRUE(torch::equal(features_of(random_features({}), grey),
                           features_of(random_features({}), grey.repeat({1, 3, 1, 1}))));
}

TEST(RandomFeatures, DifferFromLayerToLayerAndFromPictureToPicture) {
  const torch::Tensor features = features_of(random_features({}), random_pixels(50, 3, 32, 3));
  // None of the 256 is dead.
  EXPECT_GT(features.std(0).min().item<double>(), 0);
  EXPECT_LT(features.abs().max().item<double>(), 20);
}

class TorchScript : public testing::Test {
 protected:
  [[nodiscard]] fs::path save(const std::string& forward) const {
    torch::jit::Module module("Network");
    module.define(forward);
    module.save((folder_ / "network.pt").string());
    return folder_ / "network.pt";
  }

  TemporaryFolder folder_;
};

TEST_F(TorchScript, IsAskedForFeaturesWhereItHasThatArgument) {
  // As the Inception of the StyleGAN papers: bytes in, classes out unless it is asked for features.
  const fs::path path = save(R"(
def forward(self, img: Tensor, return_features: bool = False, use_fp16: bool = False):
    assert not img.is_floating_point()
    x = img.float().mean(dim=[2, 3])
    if return_features:
        return x
    return x[:, :1]
)");
  const torch::Tensor pixels = random_pixels(70, 3, 6, 4);
  const FeatureExtractor extractor = torchscript_features(path, {});
  EXPECT_EQ(extractor.name, "network.pt");
  EXPECT_TRUE(torch::equal(features_of(extractor, pixels), pixels.to(torch::kFloat32).mean({2, 3})));
  const torch::Tensor grey = features_of(extractor, pixels.narrow(1, 0, 1));
  EXPECT_EQ(grey.sizes(), (std::vector<int64_t>{70, 3}));
  EXPECT_TRUE(torch::equal(grey.select(1, 0), grey.select(1, 2)));
}

TEST_F(TorchScript, IsCalledWithThePicturesAloneOtherwise) {
  const fs::path path = save("def forward(self, x: Tensor):\n    return x.flatten(1).double()\n");
  const torch::Tensor pixels = random_pixels(3, 3, 2, 5);
  EXPECT_TRUE(torch::equal(features_of(torchscript_features(path, {}), pixels),
                           pixels.flatten(1).to(torch::kFloat32)));
}

TEST_F(TorchScript, ThatReturnsNoFeaturesIsRefusedInOneLine) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"return x", "[2, 3, 4, 4]"},
      {"return x.flatten(1)", "[2, 48]"},  // bytes
      {"return x.flatten(1).float()[:1]", "[1, 48]"},
      {"return x.flatten(1).float()[:, :0]", "[2, 0]"},
      {"return x.flatten(1).float() / 0", "not finite"},
      {"return (x.float(), x.float())", "Tuple"},
      {"return x.float().mm(x.float())", "fails on pictures"},
      {"assert False, 'no'", "fails on pictures"},
  };
  for (const auto& [body, hint] : cases) {
    const FeatureExtractor extractor =
        torchscript_features(save("def forward(self, x: Tensor):\n    " + body + "\n"), {});
    try {
      features_of(extractor, torch::ones({2, 3, 4, 4}, torch::kUInt8));
      FAIL() << body;
    } catch (const UsageError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find(hint), std::string::npos) << body << ": " << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
}

TEST_F(TorchScript, ThatIsNoneIsRefusedInOneLine) {
  write_file(folder_ / "text.pt", "no network at all, but long enough to look at");
  write_file(folder_ / "empty.pt", "");
  const std::string whole =
      read_file(save("def forward(self, x: Tensor):\n    return x.float().flatten(1)\n"));
  write_file(folder_ / "half.pt", std::string_view(whole).substr(0, whole.size() / 2));
  torch::jit::Module no_forward("Network");
  no_forward.define("def backward(self, x: Tensor):\n    return x\n");
  no_forward.save((folder_ / "no_forward.pt").string());
  for (const char* name : {"text.pt", "empty.pt", "half.pt", "no_forward.pt", "missing.pt", "."}) {
    try {
      torchscript_features(folder_ / name, {});
      FAIL() << name;
    } catch (const UsageError& error) {
      const std::string text = error.what();
      EXPECT_NE(text.find("TorchScript"), std::string::npos) << text;
      EXPECT_EQ(text.find('\n'), std::string::npos) << text;
    }
  }
}

TEST_F(TorchScript, HasTheKeyOfItsContent) {
  const std::string first =
      torchscript_features(save("def forward(self, x: Tensor):\n    return x + 1\n"), {}).key;
  const std::string second =
      torchscript_features(save("def forward(self, x: Tensor):\n    return x + 2\n"), {}).key;
  EXPECT_NE(first, second);
  fs::copy_file(folder_ / "network.pt", folder_ / "copy.pt");
  EXPECT_EQ(torchscript_features(folder_ / "copy.pt", {}).key, second);
}

class FeatureCache : public testing::Test {
 protected:
  // Counts how often it is asked.
  [[nodiscard]] FeatureExtractor counting(const std::string& key) {
    return {"counting", key, [this](const torch::Tensor& pixels) {
              ++calls_;
              return pixels.flatten(1).to(torch::kFloat32);
            }};
  }

  torch::Tensor features(const torch::Tensor& pixels, const std::string& key = "a") {
    return cached_features(folder_ / "cache", counting(key), pixels);
  }

  [[nodiscard]] std::vector<fs::path> files() const {
    std::vector<fs::path> found;
    for (const auto& entry : fs::directory_iterator(folder_ / "cache/features")) {
      found.push_back(entry.path());
    }
    return found;
  }

  TemporaryFolder folder_;
  int calls_ = 0;
};

TEST_F(FeatureCache, GivesWhatWasComputedBefore) {
  const torch::Tensor pixels = random_pixels(3, 3, 4, 6);
  const torch::Tensor computed = features(pixels);
  EXPECT_TRUE(torch::equal(features(pixels.clone()), computed));
  EXPECT_EQ(calls_, 1);
  EXPECT_EQ(files().size(), 1U);
}

TEST_F(FeatureCache, ComputesAnewForOtherPicturesOrAnotherExtractor) {
  torch::Tensor pixels = random_pixels(3, 3, 4, 7);
  features(pixels);
  features(pixels, "b");
  EXPECT_EQ(calls_, 2);
  pixels[2][2][3][3] = pixels[2][2][3][3].item<int>() / 2 + 1;
  EXPECT_TRUE(torch::equal(features(pixels), pixels.flatten(1).to(torch::kFloat32)));
  EXPECT_EQ(calls_, 3);
  features(pixels.view({3, 3, 2, 8}));
  EXPECT_EQ(calls_, 4);
}

TEST_F(FeatureCache, ComputesAnewWhereTheFileIsDamaged) {
  const torch::Tensor pixels = random_pixels(3, 3, 4, 8);
  const torch::Tensor computed = features(pixels);
  const fs::path file = files().front();
  const std::string whole = read_file(file);
  std::string flipped = whole;
  flipped[whole.size() - 3] = static_cast<char>(flipped[whole.size() - 3] ^ 1);
  int expected = 1;
  for (const std::string& bytes : {std::string(), whole.substr(0, whole.size() / 2), whole + "x", flipped}) {
    write_file(file, bytes);
    EXPECT_TRUE(torch::equal(features(pixels), computed));
    EXPECT_EQ(calls_, ++expected);
    EXPECT_EQ(read_file(file), whole);
  }
}

TEST_F(FeatureCache, RemovesNothingThatItDidNotMake) {
  fs::create_directories(folder_ / "cache/features");
  std::vector<fs::path> mine;
  for (int i = 0; i < 30; ++i) {
    mine.push_back(folder_ / ("cache/study" + std::to_string(i) + ".features.csv"));
    mine.push_back(folder_ / ("cache/features/study" + std::to_string(i) + ".features"));
    mine.push_back(folder_ / ("cache/features/0123456789abcd" + std::to_string(i + 10) + ".features"));
  }
  for (const fs::path& path : mine) {
    write_file(path, "mine");
    fs::last_write_time(path, fs::file_time_type::clock::now() - std::chrono::hours(24));
  }
  for (int i = 0; i < 18; ++i) {
    features(random_pixels(2, 3, 4, static_cast<uint64_t>(i) + 10));
  }
  for (const fs::path& path : mine) {
    EXPECT_TRUE(fs::exists(path)) << path;
  }
}

TEST_F(FeatureCache, ReadsWhatEarlierVersionsKeptInTheFolderItself) {
  const torch::Tensor pixels = random_pixels(3, 3, 4, 6);
  features(pixels);
  fs::rename(files().front(), folder_ / "cache" / files().front().filename());
  features(pixels);
  EXPECT_EQ(calls_, 1);
}

TEST_F(FeatureCache, KeepsTheNewestAndNothingWhereItCannot) {
  for (int i = 0; i < 18; ++i) {
    features(random_pixels(2, 3, 4, static_cast<uint64_t>(i) + 10));
  }
  EXPECT_EQ(files().size(), 16U);
  const torch::Tensor pixels = random_pixels(2, 3, 4, 9);
  calls_ = 0;
  cached_features("", counting("a"), pixels);
  cached_features("", counting("a"), pixels);
  EXPECT_EQ(calls_, 2);
  write_file(folder_ / "file", "x");
  EXPECT_TRUE(torch::equal(cached_features(folder_ / "file", counting("a"), pixels),
                           pixels.flatten(1).to(torch::kFloat32)));
}

}  // namespace
}  // namespace ganwright
