#include "models/grown_shape.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "models/model_error.h"

namespace ganwright {
namespace {

std::string complaint_of(const ModelOptions& options, int64_t width_factor, int64_t added) {
  try {
    grown(options, width_factor, added);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

TEST(GrownShape, HasMoreHeadsOfTheSameSizeAndMoreBlocks) {
  const ModelOptions options{.size = 28, .channels = 1, .width = 96, .depth = 3, .heads = 4};
  ModelOptions expected = options;
  expected.width = 288;
  expected.heads = 12;
  expected.depth = 6;
  expected.output_depths = {2, 4, 6};
  expected.logit_depths = {2, 4, 6};
  EXPECT_EQ(grown(options, 3, 3), expected);
}

TEST(GrownShape, IsRefusedWhereNothingGrows) {
  EXPECT_EQ(complaint_of({}, 1, 0),
            "nothing to grow: give a width factor above 1 or at least one more block");
}

TEST(GrownShape, IsRefusedBeyondTheLimits) {
  EXPECT_NE(complaint_of({}, ModelLimits::width, 0).find("width"), std::string::npos);
  EXPECT_NE(complaint_of({}, 1, ModelLimits::depth).find("depth"), std::string::npos);
}

TEST(GrownShape, SpreadsTheNewBlocks) {
  const BlockSources expected{0, std::nullopt, 1, std::nullopt, 2, std::nullopt, 3, std::nullopt};
  EXPECT_EQ(grown_generator_blocks({.depth = 4}, 4), expected);
  EXPECT_EQ(grown_discriminator_blocks({.depth = 4}, 4), expected);
}

TEST(GrownShape, LetsAnOddBlockStandWhereNoDirectionChanges) {
  const ModelOptions options{.depth = 2, .attention = AttentionPattern::alternating_layers};
  EXPECT_EQ(grown_generator_blocks(options, 1), (BlockSources{0, 1, std::nullopt}));
  EXPECT_EQ(grown_discriminator_blocks(options, 1), (BlockSources{std::nullopt, 0, 1}));
}

int64_t old_blocks_among(const BlockSources& blocks, int64_t depth) {
  return std::count_if(blocks.begin(), blocks.begin() + depth, [](const auto& block) { return block; });
}

void expect_what_was_read_out(const BlockSources& blocks, const std::vector<int64_t>& old_depths,
                              const std::vector<int64_t>& depths) {
  ASSERT_EQ(depths.size(), old_depths.size());
  for (size_t i = 0; i < depths.size(); ++i) {
    EXPECT_EQ(old_blocks_among(blocks, depths[i]), old_depths[i]);
  }
}

void expect_in_order(const BlockSources& blocks, int64_t from, int64_t to) {
  ASSERT_EQ(static_cast<int64_t>(blocks.size()), to);
  int64_t next = 0;
  for (const auto& block : blocks) {
    EXPECT_EQ(block.value_or(next), next);
    next += block ? 1 : 0;
  }
  EXPECT_EQ(next, from);
}

TEST(GrownShape, LetsEveryReadOutFindWhatItFoundAtEveryDepthHoweverOftenItGrows) {
  for (const auto attention : {AttentionPattern::bidirectional, AttentionPattern::alternating_layers}) {
    for (int64_t depth = 1; depth <= 9; ++depth) {
      for (const int64_t added : {1, 2, 3, 4, 5, 9, 20}) {
        ModelOptions from{.depth = depth, .attention = attention};
        for (int time = 0; time < 3; ++time) {
          SCOPED_TRACE(std::to_string(from.depth) + " and " + std::to_string(added));
          const ModelOptions to = grown(from, 1, added);
          EXPECT_NO_THROW(validate(to));
          const BlockSources generator = grown_generator_blocks(from, added);
          const BlockSources discriminator = grown_discriminator_blocks(from, added);
          expect_in_order(generator, from.depth, to.depth);
          expect_in_order(discriminator, from.depth, to.depth);
          expect_what_was_read_out(generator, output_depths_of(from), output_depths_of(to));
          expect_what_was_read_out(discriminator, logit_depths_of(from), logit_depths_of(to));
          for (int64_t place = 0; place < to.depth; ++place) {
            if (const auto block = generator[place]) {
              EXPECT_EQ(generator_direction(attention, *block), generator_direction(attention, place));
            }
            if (const auto block = discriminator[place]) {
              EXPECT_EQ(discriminator_direction(attention, *block, from.depth),
                        discriminator_direction(attention, place, to.depth));
            }
          }
          from = to;
        }
      }
    }
  }
}

}  // namespace
}  // namespace ganwright
