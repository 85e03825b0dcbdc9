#include "training/augmentation.h"

#include <ATen/CPUGeneratorImpl.h>
#include <gtest/gtest.h>
#include <torch/csrc/autograd/autograd.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <set>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include "errors.h"
#include "training/device.h"

namespace ganwright {
namespace {

constexpr int64_t kSide = 28;
constexpr int64_t kFurthest = 4;  // an eighth of 28, rounded

at::Generator random_from(uint64_t seed) {
  return at::detail::createCPUGenerator(seed);
}

torch::Tensor random_pictures(int64_t count, int64_t channels, torch::ScalarType dtype = torch::kFloat32) {
  return torch::rand({count, channels, kSide, kSide}, random_from(7), torch::TensorOptions(dtype)) * 2 - 1;
}

AugmentationParameters draw(const std::set<Augmentation>& kinds, double probability, int64_t batch,
                            uint64_t seed = 1) {
  return draw_augmentation(kinds, torch::full({}, probability, torch::kFloat32), batch, kSide,
                           random_from(seed));
}

// How many of the pictures [batch, ...] differ between a and b.
int64_t count_of_different(const torch::Tensor& a, const torch::Tensor& b) {
  return (a != b).flatten(1).any(1).sum().item<int64_t>();
}

// A picture [C, side, side] moved down and to the right over a ground of 0.
torch::Tensor shifted(const torch::Tensor& picture, int64_t down, int64_t right) {
  using torch::indexing::Slice;
  const auto kept = [](int64_t by) {
    return Slice(std::max<int64_t>(0, by), kSide + std::min<int64_t>(0, by));
  };
  torch::Tensor result = torch::zeros_like(picture);
  result.index_put_({Slice(), kept(down), kept(right)}, picture.index({Slice(), kept(-down), kept(-right)}));
  return result;
}

void expect_binomial(int64_t count, int64_t trials, double probability) {
  const double mean = static_cast<double>(trials) * probability;
  EXPECT_NEAR(static_cast<double>(count), mean, 5 * std::sqrt(mean * (1 - probability)));
}

std::set<Augmentation> every_kind() {
  std::set<Augmentation> kinds;
  for (const auto& [name, kind] : augmentation_names) {
    kinds.insert(kind);
  }
  return kinds;
}
const std::set<Augmentation> kAll = every_kind();

class EachKind : public testing::TestWithParam<Augmentation> {};
INSTANTIATE_TEST_SUITE_P(Augmentation, EachKind, testing::ValuesIn(kAll),
                         [](const auto& kind) { return name_of(augmentation_names, kind.param); });

TEST_P(EachKind, LeavesPicturesAsTheyAreAtProbability0) {
  for (const int64_t channels : {1, 3}) {
    const torch::Tensor images = random_pictures(16, channels);
    EXPECT_TRUE(torch::equal(augment(images, draw({GetParam()}, 0, 16)), images));
  }
}

TEST_P(EachKind, ActsOnAShareOfThePicturesAsLargeAsItsProbability) {
  const torch::Tensor images = random_pictures(1, 1).expand({4000, 1, kSide, kSide});
  // Half the flips mirror nothing, one translation in 81 moves nothing.
  const double seen = GetParam() == Augmentation::flip          ? 0.5
                      : GetParam() == Augmentation::translation ? 80.0 / 81
                                                                : 1.0;
  for (const double probability : {0.3, 1.0}) {
    const torch::Tensor result = augment(images, draw({GetParam()}, probability, 4000));
    expect_binomial(count_of_different(result, images), 4000, probability * seen);
  }
}

TEST_P(EachKind, GivesFinitePicturesOfTheSameShapeAndType) {
  for (const int64_t channels : {1, 3}) {
    for (const torch::ScalarType dtype : {torch::kFloat32, torch::kFloat64}) {
      const torch::Tensor images = random_pictures(32, channels, dtype);
      const torch::Tensor result = augment(images, draw({GetParam()}, 1, 32));
      EXPECT_EQ(result.sizes(), images.sizes());
      EXPECT_EQ(result.scalar_type(), dtype);
      EXPECT_TRUE(result.isfinite().all().item<bool>());
      EXPECT_GT(count_of_different(result, images), 8);
    }
  }
}

TEST(Augmentation, NoKindsChangeNothingAndDrawNoRandomNumbers) {
  at::Generator random = random_from(3);
  const torch::Tensor before = random.get_state();
  const torch::Tensor images = random_pictures(4, 1);
  const AugmentationParameters none = draw_augmentation({}, torch::ones({}), 4, kSide, random);
  EXPECT_TRUE(torch::equal(augment(images, none), images));
  EXPECT_TRUE(torch::equal(augment(images, narrowed(AugmentationParameters{}, 0, 2)), images));
  EXPECT_TRUE(torch::equal(random.get_state(), before));
}

TEST(Augmentation, TheSameParametersGiveTheSameTransformation) {
  const torch::Tensor images = random_pictures(64, 3);
  const AugmentationParameters parameters = draw(kAll, 0.7, 64);
  const torch::Tensor result = augment(images, parameters);
  EXPECT_TRUE(torch::equal(augment(images, parameters), result));
  EXPECT_TRUE(torch::equal(augment(images, draw(kAll, 0.7, 64)), result)) << "of one seed";
  EXPECT_GT(count_of_different(augment(images, draw(kAll, 0.7, 64, 2)), result), 60) << "of another seed";
}

TEST(Augmentation, NarrowedParametersAreThoseOfTheirPictures) {
  const torch::Tensor images = random_pictures(10, 3);
  const AugmentationParameters parameters = draw(kAll, 0.7, 10);
  const torch::Tensor result = augment(images, parameters);
  EXPECT_TRUE(
      torch::allclose(augment(images.narrow(0, 3, 4), narrowed(parameters, 3, 4)), result.narrow(0, 3, 4)));
}

TEST(Augmentation, AnotherNumberOfPicturesIsRefused) {
  for (const int64_t count : {1, 3, 5}) {
    EXPECT_THROW(augment(random_pictures(count, 1), draw({Augmentation::flip}, 1, 4)), std::invalid_argument);
  }
  EXPECT_THROW(augment(random_pictures(4, 1), draw({Augmentation::color}, 1, 1)), std::invalid_argument);
}

TEST(Augmentation, FlipMirrorsHalfAndTwiceIsNothing) {
  const torch::Tensor images = random_pictures(200, 3);
  const AugmentationParameters parameters = draw({Augmentation::flip}, 1, 200);
  const torch::Tensor result = augment(images, parameters);
  const torch::Tensor mirrored = (result == images.flip(3)).flatten(1).all(1);
  const torch::Tensor kept = (result == images).flatten(1).all(1);
  EXPECT_TRUE(mirrored.logical_xor(kept).all().item<bool>());
  expect_binomial(mirrored.sum().item<int64_t>(), 200, 0.5);
  EXPECT_TRUE(torch::equal(augment(result, parameters), images));
}

TEST(Augmentation, TranslationMovesByWholePixelsOverAGroundOf0) {
  torch::Tensor picture = torch::full({3, kSide, kSide}, 0.5);
  picture.select(1, 10).select(1, 12).fill_(1);
  const int64_t count = 2000;
  const torch::Tensor result =
      augment(picture.expand({count, 3, kSide, kSide}), draw({Augmentation::translation}, 1, count));
  std::set<std::pair<int64_t, int64_t>> seen;
  for (int64_t i = 0; i < count; ++i) {
    const int64_t bright = result[i][0].argmax().item<int64_t>();
    const int64_t down = bright / kSide - 10;
    const int64_t right = bright % kSide - 12;
    EXPECT_LE(std::abs(down), kFurthest);
    EXPECT_LE(std::abs(right), kFurthest);
    EXPECT_TRUE(torch::equal(result[i], shifted(picture, down, right)));
    seen.emplace(down, right);
  }
  EXPECT_EQ(seen.size(), 81U) << "all of them occur";
}

TEST(Augmentation, AFlippedPictureIsMovedAfterwards) {
  torch::Tensor picture = torch::full({1, kSide, kSide}, 0.5);
  picture.select(1, 10).select(1, 5).fill_(1);
  const torch::Tensor result = augment(picture.expand({200, 1, kSide, kSide}),
                                       draw({Augmentation::flip, Augmentation::translation}, 1, 200));
  int64_t flipped = 0;
  for (int64_t i = 0; i < 200; ++i) {
    const int64_t bright = result[i].argmax().item<int64_t>();
    const bool is_flipped = bright % kSide > kSide / 2;
    const torch::Tensor source = is_flipped ? picture.flip(2) : picture;
    EXPECT_TRUE(torch::equal(result[i],
                             shifted(source, bright / kSide - 10, bright % kSide - (is_flipped ? 22 : 5))));
    flipped += is_flipped ? 1 : 0;
  }
  expect_binomial(flipped, 200, 0.5);
}

TEST(Augmentation, CutoutZeroesASquareOfHalfTheSideWhichMayHangOverTheEdge) {
  for (const int64_t side : {28, 10, 7}) {  // squares of 14, 5 and 4
    const int64_t square = (side + 1) / 2;
    const int64_t count = 2000;
    const AugmentationParameters parameters =
        draw_augmentation({Augmentation::cutout}, torch::ones({}), count, side, random_from(1));
    const torch::Tensor cut = augment(torch::ones({count, 1, side, side}), parameters).squeeze(1) == 0;
    std::set<std::pair<int64_t, int64_t>> rows_seen;
    for (int64_t i = 0; i < count; ++i) {
      const torch::Tensor rows = cut[i].any(1).nonzero();
      const torch::Tensor columns = cut[i].any(0).nonzero();
      EXPECT_EQ(cut[i].sum().item<int64_t>(), rows.numel() * columns.numel()) << "a rectangle";
      for (const torch::Tensor& lines : {rows, columns}) {
        const int64_t first = lines.min().item<int64_t>();
        const int64_t last = lines.max().item<int64_t>();
        EXPECT_EQ(last - first + 1, lines.numel()) << "without gaps";
        if (first > 0 && last < side - 1) {
          EXPECT_EQ(lines.numel(), square);
        }
        EXPECT_LE(lines.numel(), square);
        EXPECT_GE(lines.numel(), square / 2) << "its middle is in the picture";
      }
      rows_seen.emplace(rows.min().item<int64_t>(), rows.max().item<int64_t>());
    }
    EXPECT_EQ(static_cast<int64_t>(rows_seen.size()), side + 1 - square % 2) << "every place occurs";
    EXPECT_EQ(rows_seen.count({0, square / 2 + square % 2 - 1}), 1U) << "half of it over the upper edge";
    EXPECT_EQ(rows_seen.count({side - square / 2 - square % 2, side - 1}), 1U)
        << "half of it over the lower edge";
  }
}

TEST(Augmentation, ColorIsBrightnessThenSaturationThenContrast) {
  const int64_t count = 500;
  const torch::Tensor images = random_pictures(count, 3, torch::kFloat64);
  const torch::Tensor result = augment(images, draw({Augmentation::color}, 1, count));
  // What the means, the greys and the colors of a picture tell of the three.
  const auto mean = [](const torch::Tensor& x) { return x.mean({1, 2, 3}, true); };
  const auto grey = [](const torch::Tensor& x) { return x.mean(1, true); };
  const auto norm = [](const torch::Tensor& x) { return x.square().sum({1, 2, 3}, true).sqrt(); };
  const torch::Tensor brightness = mean(result) - mean(images);
  const torch::Tensor contrast = norm(grey(result) - mean(result)) / norm(grey(images) - mean(images));
  const torch::Tensor saturation = norm(result - grey(result)) / norm(images - grey(images)) / contrast;
  torch::Tensor expected = images + brightness;
  expected = grey(expected) + (expected - grey(expected)) * saturation;
  expected = mean(expected) + (expected - mean(expected)) * contrast;
  EXPECT_TRUE(torch::allclose(result, expected, 1e-9, 1e-9));
  const auto expect_uniform = [](const torch::Tensor& values, double low, double high) {
    EXPECT_GE(values.min().item<double>(), low - 1e-9);
    EXPECT_LE(values.max().item<double>(), high + 1e-9);
    const double deviation = (high - low) / std::sqrt(12.0 * count);
    EXPECT_NEAR(values.mean().item<double>(), (low + high) / 2, 5 * deviation);
    EXPECT_GT(values.std().item<double>(), 0.9 * (high - low) / std::sqrt(12.0));
  };
  expect_uniform(brightness, -0.5, 0.5);
  expect_uniform(saturation, 0, 2);
  expect_uniform(contrast, 0.5, 1.5);
}

TEST(Augmentation, ColorOfGreyPicturesIsThatOfThreeEqualChannels) {
  const torch::Tensor images = random_pictures(32, 1);
  const AugmentationParameters parameters = draw({Augmentation::color}, 1, 32);
  const torch::Tensor grey = augment(images, parameters);
  const torch::Tensor color = augment(images.expand({-1, 3, -1, -1}), parameters);
  EXPECT_TRUE(torch::allclose(color, grey.expand({-1, 3, -1, -1}), 1e-5, 1e-5));
}

TEST(Augmentation, WhatIsLostIs0UnderColorToo) {
  const torch::Tensor result =
      augment(torch::ones({500, 1, kSide, kSide}),
              draw({Augmentation::color, Augmentation::translation, Augmentation::cutout}, 1, 500))
          .flatten(1);
  const torch::Tensor brightness = std::get<0>(result.max(1, true));
  EXPECT_GT(brightness.std().item<double>(), 0.2);
  EXPECT_TRUE((result == 0).logical_or((result - brightness).abs() < 1e-5).all().item<bool>());
  EXPECT_TRUE((result == 0).any(1).all().item<bool>());
}

TEST(Augmentation, KindsActIndependentlyOfOneAnother) {
  const int64_t count = 4000;
  const torch::Tensor result = augment(torch::ones({count, 1, kSide, kSide}),
                                       draw({Augmentation::color, Augmentation::cutout}, 0.4, count))
                                   .flatten(1);
  const torch::Tensor cut = (result == 0).any(1);
  const torch::Tensor colored = (result != 0).logical_and(result != 1).any(1);
  expect_binomial(cut.logical_and(colored).sum().item<int64_t>(), count, 0.16);
  expect_binomial(cut.logical_or(colored).sum().item<int64_t>(), count, 0.64);
}

TEST(Augmentation, GradientsAreThoseOfFiniteDifferences) {
  for (const int64_t channels : {1, 3}) {
    const torch::Tensor images = random_pictures(16, channels, torch::kFloat64).requires_grad_(true);
    const AugmentationParameters parameters = draw(kAll, 0.7, 16);
    const auto value = [&](const torch::Tensor& x) { return augment(x, parameters).pow(3).sum(); };
    const torch::Tensor direction = torch::randn(images.sizes(), random_from(9), torch::kFloat64);
    const double h = 1e-5;
    const torch::Tensor ahead = (images + h * direction).detach().requires_grad_(true);
    const torch::Tensor behind = (images - h * direction).detach().requires_grad_(true);
    const auto gradient = [&](const torch::Tensor& x) {
      return torch::autograd::grad({value(x)}, {x}, {}, {}, /*create_graph=*/true)[0];
    };
    const torch::Tensor here = gradient(images);
    const double slope = (here * direction).sum().item<double>();
    EXPECT_NEAR(slope, ((value(ahead) - value(behind)) / (2 * h)).item<double>(),
                1e-6 * std::abs(slope) + 1e-6);
    // The second derivative along the direction, as the exact penalties take it.
    const torch::Tensor second = torch::autograd::grad({(here * direction).sum()}, {images})[0];
    const torch::Tensor difference = (gradient(ahead) - gradient(behind)).detach() / (2 * h);
    EXPECT_TRUE(torch::allclose(second, difference, 1e-6, 1e-6));
    EXPECT_GT(second.abs().max().item<double>(), 0.1);
  }
}

TEST(Augmentation, OnCudaIsThatOnTheCpu) {
  Device device;
  try {
    device = select_device(DeviceChoice::cuda);
  } catch (const TrainingError& reason) {
    GTEST_SKIP() << reason.what();
  }
  const AugmentationParameters there =
      draw_augmentation(kAll, torch::full({}, 0.7F).to(device.device), 64, kSide,
                        at::globalContext().defaultGenerator(device.device));
  const torch::Tensor images = random_pictures(64, 3);
  const torch::Tensor here = augment(images, {there.kinds, there.values.cpu()});
  EXPECT_TRUE(torch::allclose(augment(images.to(device.device), there).cpu(), here, 1e-5, 1e-5));
  EXPECT_GT(count_of_different(here, images), 32);
}

}  // namespace
}  // namespace ganwright
