#include "models/options.h"

#include <gtest/gtest.h>

#include <functional>
#include <string>

#include "models/model_error.h"

namespace ganwright {
namespace {

std::string complaint(const std::function<void(ModelOptions&)>& change) {
  ModelOptions options;
  change(options);
  try {
    validate(options);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "accepted";
}

TEST(Validate, AcceptsTheDefaults) {
  EXPECT_NO_THROW(validate(ModelOptions{}));
}

TEST(Validate, NamesEveryOptionThatIsNotPositive) {
  EXPECT_EQ(complaint([](auto& o) { o.size = 0; }), "size is 0: give a number from 1 to 8192");
  EXPECT_EQ(complaint([](auto& o) { o.patch = -4; }), "patch is -4: give a number from 1 to 32");
  EXPECT_EQ(complaint([](auto& o) { o.width = 0; }), "width is 0: give a number from 1 to 16384");
  EXPECT_EQ(complaint([](auto& o) { o.depth = 0; }), "depth is 0: give a number from 1 to 256");
  EXPECT_EQ(complaint([](auto& o) { o.heads = 0; }), "heads is 0: give a number from 1 to 96");
  EXPECT_EQ(complaint([](auto& o) { o.latent = 0; }), "latent is 0: give a number from 1 to 65536");
  EXPECT_EQ(complaint([](auto& o) { o.latent_tokens = 0; }),
            "latent_tokens is 0: give a number from 1 to 1024");
}

TEST(Validate, NamesEveryOptionThatIsTooLarge) {
  constexpr int64_t huge = INT64_MAX;
  EXPECT_EQ(complaint([](auto& o) { o.size = huge; }).substr(0, 28), "size is 9223372036854775807:");
  EXPECT_EQ(complaint([](auto& o) { o.patch = 33; }), "patch is 33: give a number from 1 to 32");
  EXPECT_EQ(complaint([](auto& o) { o.width = huge; }).substr(0, 9), "width is ");
  EXPECT_EQ(complaint([](auto& o) { o.depth = huge; }).substr(0, 9), "depth is ");
  EXPECT_EQ(complaint([](auto& o) { o.heads = huge; }).substr(0, 9), "heads is ");
  EXPECT_EQ(complaint([](auto& o) { o.latent = huge; }).substr(0, 10), "latent is ");
  EXPECT_EQ(complaint([](auto& o) { o.latent_tokens = huge; }).substr(0, 17), "latent_tokens is ");
}

TEST(Validate, AsksForGreyOrColor) {
  EXPECT_EQ(complaint([](auto& o) { o.channels = 1; }), "accepted");
  EXPECT_EQ(complaint([](auto& o) { o.channels = 2; }), "channels is 2: give 1 (grey) or 3 (RGB)");
}

TEST(Validate, AsksForWholePatchesAndWholeHeads) {
  EXPECT_EQ(complaint([](auto& o) { o.patch = 5; }),
            "patch 5 does not divide size 32: choose patch and size so that it does");
  EXPECT_EQ(complaint([](auto& o) { o.heads = 5; }),
            "heads 5 does not divide width 96: choose heads and width so that it does");
}

TEST(Validate, AsksForHeadsThatTwoRotaryAxesCanShare) {
  EXPECT_EQ(complaint([](auto& o) { o.heads = 16; }),
            "width / heads is 6: rotary positions of two axes turn pairs, so choose a width / heads that 4 "
            "divides");
}

TEST(Validate, AsksForAnEvenNumberOfAlternatingHeads) {
  EXPECT_EQ(
      complaint([](auto& o) {
        o.heads = 3;
        o.attention = AttentionPattern::alternating_heads;
      }),
      "heads is 3: half of them read forward in alternating-heads attention and half backward, so choose "
      "an even number");
}

TEST(Validate, TakesASizeOfPositionsWhereTheyAreNormalized) {
  EXPECT_EQ(complaint([](auto& o) {
              o.positions = PositionScheme::normalized;
              o.positions_size = 64;
            }),
            "accepted");
  EXPECT_EQ(complaint([](auto& o) { o.positions_size = 64; }),
            "positions-size needs normalized positions: choose these, or leave it out");
  EXPECT_EQ(complaint([](auto& o) { o.positions_size = -1; }),
            "positions-size is -1: give a number from 0 to 8192");
}

TEST(RequireDrawable, TakesPicturesOfAnyShapeThatFit) {
  const ModelOptions options;  // patches of 4 x 4 pixels
  EXPECT_NO_THROW(require_drawable(options, {1, 1}));
  EXPECT_NO_THROW(require_drawable(options, {16, 24}));
  EXPECT_NO_THROW(require_drawable(options, {32, 2048}));
  for (const PatchGrid& grid : {PatchGrid{0, 8}, {8, 0}, {-1, 8}, {1, 2049}, {257, 256}}) {
    EXPECT_THROW(require_drawable(options, grid), ModelError) << grid.rows << " x " << grid.columns;
  }
}

TEST(Validate, RefusesMoreTokensThanFitInMemory) {
  EXPECT_EQ(complaint([](auto& o) {
              o.size = 1024;
              o.patch = 2;
            }),
            "size 1024 in patches of 2 makes 262144 tokens: choose a larger patch, for at most 65536");
}

TEST(HiddenWidth, IsEightThirdsUpToAMultipleOfEight) {
  for (int64_t width = 1; width < 200; ++width) {
    const int64_t hidden = hidden_width(width);
    EXPECT_EQ(hidden % 8, 0);
    EXPECT_GE(3 * hidden, 8 * width);
    EXPECT_LT(3 * (hidden - 8), 8 * width);
  }
}

TEST(ReadOutDepths, AreEqualPartsThatEndAtTheDepth) {
  EXPECT_EQ(logit_depths_of({.depth = 12}), (std::vector<int64_t>{4, 8, 12}));
  EXPECT_EQ(output_depths_of({.depth = 12}), (std::vector<int64_t>{3, 6, 9, 12}));
}

TEST(ReadOutDepths, OfShallowModelsCoincide) {
  EXPECT_EQ(output_depths_of({.depth = 1}), (std::vector<int64_t>{1}));
  EXPECT_EQ(logit_depths_of({.depth = 2}), (std::vector<int64_t>{1, 2}));
  EXPECT_EQ(output_depths_of({.depth = 3}), (std::vector<int64_t>{1, 2, 3}));
}

TEST(ReadOutDepths, AreThoseThatAreGiven) {
  const ModelOptions options{.depth = 5, .output_depths = {2, 5}, .logit_depths = {5}};
  EXPECT_NO_THROW(validate(options));
  EXPECT_EQ(output_depths_of(options), (std::vector<int64_t>{2, 5}));
  EXPECT_EQ(logit_depths_of(options), (std::vector<int64_t>{5}));
}

TEST(ReadOutDepths, AscendFromOneToTheDepth) {
  for (const std::vector<int64_t>& depths :
       std::vector<std::vector<int64_t>>{{0, 5}, {2, 2, 5}, {4, 3, 5}, {2, 4}, {6}}) {
    EXPECT_THROW(validate({.depth = 5, .output_depths = depths}), ModelError);
    EXPECT_THROW(validate({.depth = 5, .logit_depths = depths}), ModelError);
  }
}

}  // namespace
}  // namespace ganwright
