#include "models/position_table.h"

#include <gtest/gtest.h>

#include <cmath>
#include <numbers>

#include "models/model_error.h"
#include "models/rotary.h"

namespace ganwright::resolution_test {
namespace {

constexpr int64_t leading = 4;
constexpr int64_t head_size = 16;

ModelOptions options_of(PositionScheme scheme) {
  return {.size = 32, .patch = 4, .width = 2 * head_size, .heads = 2, .positions = scheme};
}

double angle_of(const torch::Tensor& table, int64_t token, int64_t pair) {
  const auto turn = table[token][0][pair];
  return std::atan2(turn[1].item<double>(), turn[0].item<double>());
}

TEST(PositionTable, OfTheTrainedSizeIsTheSameByEveryMethod) {
  for (const auto& [scheme_name, scheme] : position_scheme_names) {
    const auto trained = position_table(options_of(scheme), leading, {8, 8});
    for (const auto& [name, method] : resize_names) {
      EXPECT_TRUE(torch::equal(position_table(options_of(scheme), leading, {8, 8}, method), trained))
          << scheme_name << ", " << name;
    }
  }
}

TEST(PositionTable, OfEachSchemeIsThatOfItsPositions) {
  const PatchGrid grid{8, 8};
  const auto table = [](const torch::Tensor& positions) { return rotary_table(positions, 2, head_size); };
  const auto found = [&](PositionScheme scheme) { return position_table(options_of(scheme), leading, grid); };
  EXPECT_TRUE(torch::equal(found(PositionScheme::rotary), table(rotary_positions(leading, grid))));
  EXPECT_TRUE(torch::equal(found(PositionScheme::rope_tie), table(rope_tie_positions(leading, grid))));
  EXPECT_TRUE(torch::equal(found(PositionScheme::normalized), table(normalized_positions(leading, grid, 8))));
  EXPECT_TRUE(torch::equal(found(PositionScheme::learned),
                           table(torch::zeros({leading + grid.count(), 2}, torch::kDouble))));
}

TEST(PositionTable, OfNormalizedPositionsMayBeScaledForAnotherSize) {
  auto small = options_of(PositionScheme::normalized);
  auto large = small;
  large.size = 64;
  large.positions_size = 32;
  EXPECT_TRUE(
      torch::equal(position_table(large, leading, {16, 16}), position_table(small, leading, {16, 16})));
}

TEST(PositionTable, WithoutAMethodGoesOnBeyondTheTrainedSize) {
  const auto options = options_of(PositionScheme::rotary);
  EXPECT_TRUE(torch::equal(position_table(options, leading, {16, 12}),
                           rotary_table(rotary_positions(leading, {16, 12}), 2, head_size)));
}

TEST(PositionTable, ByInterpolationSpansTheTrainedRange) {
  // Twice the rows, three times the columns; the fastest pair of an axis turns by the position itself.
  const auto table =
      position_table(options_of(PositionScheme::rotary), leading, {16, 24}, Resize::interpolation);
  const auto last = table.size(0) - 1;
  EXPECT_NEAR(angle_of(table, last, 0), std::remainder(23.0 / 3, 2 * std::numbers::pi), 1e-12);
  EXPECT_NEAR(angle_of(table, last, head_size / 4), std::remainder(15.0 / 2, 2 * std::numbers::pi), 1e-12);
}

// Both ends of the picture, and the tokens before it, stay where they were.
TEST(PositionTable, ByInterpolationKeepsThePlaceOfAPictureAmongItsTokens) {
  const auto options = options_of(PositionScheme::rope_tie);
  const auto table = position_table(options, leading, {16, 16}, Resize::interpolation);
  const auto turn = [](double angle) { return std::remainder(angle, 2 * std::numbers::pi); };
  EXPECT_NEAR(angle_of(table, 1, 0), turn(2), 1e-12);
  EXPECT_NEAR(angle_of(table, leading, 0), turn(leading + 65.0 / 17), 1e-12);
  EXPECT_NEAR(angle_of(table, table.size(0) - 1, 0), turn(leading + 16 * 65.0 / 17), 1e-12);
}

TEST(PositionTable, ScalesTheProductOfQueryAndKeyByLogN) {
  const auto options = options_of(PositionScheme::rotary);
  const auto lengths = position_table(options, leading, {16, 16}, Resize::ntk).norm(2, -1);
  const double expected = std::log(leading + 256.0) / std::log(leading + 64.0);
  EXPECT_TRUE(torch::allclose(lengths.square(), torch::full_like(lengths, expected), 1e-12, 0));
  const auto smaller = position_table(options, leading, {4, 4}, Resize::ntk).norm(2, -1);
  EXPECT_TRUE(torch::allclose(smaller, torch::ones_like(smaller), 1e-12, 0));
}

TEST(PositionTable, StretchesRopeTieByItsExtent) {
  const auto options = options_of(PositionScheme::rope_tie);
  const auto table = position_table(options, leading, {8, 16}, Resize::ntk);
  const auto frequencies = resized_frequencies(Resize::ntk, head_size, 65, 129.0 / 65).expand({2, -1});
  const auto expected = rotary_table(rope_tie_positions(leading, {8, 16}), frequencies, 2) *
                        std::sqrt(log_n_scale(leading + 128, leading + 64));
  EXPECT_TRUE(torch::equal(table, expected));
}

TEST(ResizedFrequencies, OfNtkSlowTheSlowestPairByTheStretchAndTheFastestNotAtAll) {
  const auto before = rotary_frequencies(head_size);
  for (const double stretch : {0.5, 1.5, 2.0, 4.0}) {
    const auto after = resized_frequencies(Resize::ntk, head_size, 8, stretch);
    EXPECT_EQ(after[0].item<double>(), before[0].item<double>());
    EXPECT_NEAR((after[-1] * stretch / before[-1]).item<double>(), 1, 1e-14);
    // base' = base * s^(d / (d - 2)), d = 8
    const double base = 100 * std::pow(stretch, 8.0 / 6.0);
    EXPECT_TRUE(torch::allclose(after, torch::pow(base, torch::arange(4, torch::kDouble) * -0.25), 1e-14, 0));
  }
}

TEST(ResizedFrequencies, OfYarnFollowTheTurnsOfATrainedPicture) {
  constexpr double stretch = 2;
  // Turns of the fastest pair: many, 2.5 (half of the ramp from 1 to 4), and less than one.
  const auto fastest = [](double turns) {
    const double extent = 2 * std::numbers::pi * turns;
    return resized_frequencies(Resize::yarn, head_size, extent, stretch)[0].item<double>();
  };
  EXPECT_EQ(fastest(100), 1);
  EXPECT_NEAR(fastest(4), 1, 1e-14);
  EXPECT_NEAR(fastest(2.5), 0.5 + 0.5 / stretch, 1e-14);
  EXPECT_NEAR(fastest(1), 1 / stretch, 1e-14);
  EXPECT_EQ(fastest(0.3), 1 / stretch);
}

TEST(ResizedFrequencies, OfYarnInAShortPictureAreThoseOfInterpolation) {
  const auto after = resized_frequencies(Resize::yarn, head_size, 6, 3);
  EXPECT_TRUE(torch::allclose(after, rotary_frequencies(head_size) / 3, 1e-14, 0));
}

TEST(ResizedFrequencies, AreAsBeforeByTheOtherMethods) {
  for (const Resize method : {Resize::none, Resize::interpolation}) {
    EXPECT_TRUE(torch::equal(resized_frequencies(method, head_size, 8, 2), rotary_frequencies(head_size)));
  }
}

TEST(ResizedFrequencies, OfNtkAreRefusedWhereAnAxisHasOnePair) {
  EXPECT_THROW(resized_frequencies(Resize::ntk, 4, 8, 2), ModelError);
  EXPECT_NO_THROW(resized_frequencies(Resize::yarn, 4, 8, 2));
}

TEST(ResizedPlaces, OfTheSameGridAreTheSameTensor) {
  const auto places = torch::randn({6, 3});
  EXPECT_TRUE(resized_places(places, {2, 3}, {2, 3}).is_same(places));
}

TEST(ResizedPlaces, KeepWhatIsLinearInThePlaceOfAPatchAwayFromTheBorders) {
  // Their own normalized coordinates, row by row.
  const auto coordinates = [](const PatchGrid& grid) { return normalized_positions(0, grid, 2); };
  const PatchGrid large{8, 12};
  const auto found = resized_places(coordinates({4, 6}), {4, 6}, large).view({8, 12, 2});
  const auto expected = coordinates(large).view({8, 12, 2});
  const auto inside = [](const torch::Tensor& x) { return x.slice(0, 1, 7).slice(1, 1, 11); };
  EXPECT_TRUE(torch::allclose(inside(found), inside(expected), 1e-14, 1e-14));
}

TEST(ResizedPlaces, PassOnTheirGradient) {
  const auto places = torch::randn({4, 3}, torch::requires_grad());
  resized_places(places, {2, 2}, {4, 2}).sum().backward();
  EXPECT_TRUE(torch::allclose(places.grad(), torch::full({4, 3}, 2.0F)));
}

}  // namespace
}  // namespace ganwright::resolution_test
