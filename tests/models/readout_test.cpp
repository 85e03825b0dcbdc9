#include "models/readout.h"

#include <gtest/gtest.h>

#include "models/discriminator.h"
#include "models/generator.h"
#include "models/stem.h"

namespace ganwright::readout_test {
namespace {

const ModelOptions shape{
    .size = 12, .channels = 3, .patch = 4, .width = 16, .depth = 2, .heads = 2, .latent = 6};

void disturb(torch::nn::Module& network) {
  const torch::NoGradGuard no_grad;
  for (torch::Tensor& parameter : network.parameters()) {
    parameter.add_(torch::randn_like(parameter) * 0.1);
  }
}

TEST(Readout, StartsSmallBesideAPicture) {
  torch::manual_seed(1);
  Readout readout(shape);
  const auto added = readout(torch::randn({20, 6, 16}), PatchGrid{2, 3});
  EXPECT_EQ(added.sizes(), (std::vector<int64_t>{20, 3, 8, 12}));
  EXPECT_GT(added.std().item<double>(), 0.02);
  EXPECT_LT(added.std().item<double>(), 0.15);
}

// A token moves the pixels of its patch, and those within the reach of two convolutions of 3 x 3 around it.
TEST(Readout, CarriesATokenTwoPixelsBeyondItsPatch) {
  torch::manual_seed(2);
  Readout readout(shape);
  disturb(*readout);
  const auto tokens = torch::randn({1, 9, 16});
  auto changed = tokens.clone();
  changed[0][4] += 1;
  const auto moved =
      (readout(changed, PatchGrid{3, 3}) - readout(tokens, PatchGrid{3, 3}))[0].abs().sum(0) > 0;
  EXPECT_TRUE(moved.slice(0, 2, 10).slice(1, 2, 10).all().item<bool>());
  EXPECT_EQ(moved.sum().item<int64_t>(), 8 * 8);
}

TEST(Stem, SeesTwoPixelsBeyondAPatch) {
  torch::manual_seed(3);
  Stem stem(shape);
  const auto pictures = torch::rand({1, 3, 12, 12}) * 2 - 1;
  auto changed = pictures.clone();
  changed[0].slice(1, 4, 8).slice(2, 4, 8) += 1;
  const auto moved = (stem(changed) - stem(pictures))[0].abs().sum(2) > 0;
  EXPECT_TRUE(moved.slice(0, 2, 10).slice(1, 2, 10).all().item<bool>());
  EXPECT_EQ(moved.sum().item<int64_t>(), 8 * 8);
}

TEST(Stem, StartsWithMapsOfTheSizeOfPixels) {
  torch::manual_seed(4);
  const auto maps = Stem(shape)(torch::rand({64, 3, 12, 12}) * 2 - 1);
  const double size = maps.square().mean().sqrt().item<double>();
  EXPECT_GT(size, 0.3);
  EXPECT_LT(size, 1.2);
}

TEST(Pair, WithoutConvolutionsHasTheParametersAndPicturesOfBefore) {
  ModelOptions plain = shape;
  plain.readout_channels = plain.stem_channels = 0;
  plain.output_activation = OutputActivation::none;
  ModelOptions bounded = plain;
  bounded.output_activation = OutputActivation::tanh;
  const auto generator_of = [](const ModelOptions& options) {
    torch::manual_seed(5);
    return Generator(options);
  };
  const auto z = torch::randn({3, 6});
  const auto picture = generator_of(plain)(z);
  EXPECT_TRUE(torch::equal(generator_of(bounded)(z), picture.tanh()));
  // The read-out is drawn last.
  ModelOptions detailed = plain;
  detailed.readout_channels = 8;
  const auto with_readout = generator_of(detailed);
  for (const auto& item : generator_of(plain)->named_parameters()) {
    EXPECT_TRUE(torch::equal(with_readout->named_parameters()[item.key()], item.value())) << item.key();
  }
  for (const auto& item : generator_of(plain)->named_parameters()) {
    EXPECT_EQ(item.key().find("readout"), std::string::npos);
  }
  torch::manual_seed(6);
  EXPECT_EQ(Discriminator(plain)->named_parameters()["patch_projection"].size(1), 3 * 16);
  EXPECT_EQ(Discriminator(shape)->named_parameters()["patch_projection"].size(1), (3 + 8) * 16);
}

}  // namespace
}  // namespace ganwright::readout_test
