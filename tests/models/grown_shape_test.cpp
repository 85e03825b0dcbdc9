#include "models/grown_shape.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "models/model_error.h"

namespace ganwright {
namespace {

std::string complaint_of(const ModelOptions& options, int64_t width_factor, int64_t depth) {
  try {
    grown(options, width_factor, depth);
  } catch (const ModelError& error) {
    return error.what();
  }
  return "";
}

std::string complaint_of_depth(int64_t from, int64_t to, int64_t classes = 0) {
  return complaint_of({.depth = from, .classes = classes}, 1, to);
}

TEST(GrownShape, HasMoreHeadsOfTheSameSizeAndMoreBlocks) {
  const ModelOptions options{.size = 28, .channels = 1, .width = 96, .depth = 3, .heads = 4};
  ModelOptions expected = options;
  expected.width = 288;
  expected.heads = 12;
  expected.depth = 7;
  EXPECT_EQ(grown(options, 3, 7), expected);
}

TEST(GrownShape, IsRefusedWhereNothingGrows) {
  EXPECT_EQ(complaint_of({}, 1, 3),
            "width factor 1 and depth 3 are what the pair has, so that nothing would grow: give more of one "
            "of them");
  EXPECT_EQ(complaint_of({}, 2, 2),
            "depth 3 cannot grow to 2: blocks are added and not taken away; give more than 3");
}

TEST(GrownShape, IsRefusedBeyondTheLimits) {
  EXPECT_NE(complaint_of({}, ModelLimits::width, 3).find("width"), std::string::npos);
  EXPECT_NE(complaint_of({}, 1, ModelLimits::depth + 1).find("depth"), std::string::npos);
}

// With five blocks the generator is read out after 1, 3, 4 and 5, with six after 2, 3, 5 and 6: of the second
// and third, two stand between the first two read-outs, where there is room for one.
TEST(GrownShape, NamesTheNearestDepthWhereTheOneWantedMovesAReadOut) {
  EXPECT_EQ(
      complaint_of_depth(5, 6),
      "depth 5 cannot grow to 6: what the networks are read out at would change; the nearest depth that "
      "computes the same is 7");
  EXPECT_EQ(complaint_of_depth(5, 7), "");
}

// Two read-outs become three, of which the weights of a class would have to count for one and a half.
TEST(GrownShape, OfTwoConditionalBlocksIsNoDeeper) {
  EXPECT_NE(complaint_of_depth(2, 4, 10).find("so leave it as it is"), std::string::npos);
  EXPECT_EQ(complaint_of_depth(2, 4), "");
  EXPECT_EQ(complaint_of_depth(1, 4, 10), "");
  EXPECT_EQ(complaint_of_depth(3, 6, 10), "");
}

TEST(GrownShape, CanAlwaysBeTwiceAsDeep) {
  for (int64_t depth = 1; 2 * depth <= ModelLimits::depth; ++depth) {
    EXPECT_EQ(complaint_of_depth(depth, 2 * depth), "") << depth;
  }
}

// What read-out `tap` of `depth` blocks finds, as a count of the old blocks that it has passed.
int64_t old_blocks_passed(const GrownDepth& grown, int64_t depth) {
  int64_t count = 0;
  for (int64_t place = 0; place < depth; ++place) {
    count += grown.blocks[place].has_value() ? 1 : 0;
  }
  return count;
}

void expect_same_read_outs(const GrownDepth& grown, int64_t from, int64_t to, int64_t parts) {
  const std::vector<int64_t> old_depths = tap_depths(from, parts);
  const std::vector<int64_t> depths = tap_depths(to, parts);
  ASSERT_EQ(grown.taps.size(), depths.size());
  ASSERT_EQ(static_cast<int64_t>(grown.blocks.size()), to);
  for (size_t tap = 0; tap < depths.size(); ++tap) {
    EXPECT_EQ(old_blocks_passed(grown, depths[tap]), old_depths[grown.taps[tap]]) << from << " to " << to;
  }
  for (size_t source = 0; source < old_depths.size(); ++source) {
    EXPECT_GE(grown.heirs_of(static_cast<int64_t>(source)), 1) << from << " to " << to;
  }
  int64_t next = 0;
  for (const auto& block : grown.blocks) {
    if (block) {
      EXPECT_EQ(*block, next++) << from << " to " << to;
    }
  }
  EXPECT_EQ(next, from);
}

TEST(GrownShape, LetsEveryReadOutFindWhatItFoundAtEveryDepth) {
  int64_t count = 0;
  for (const auto attention : {AttentionPattern::bidirectional, AttentionPattern::alternating_layers}) {
    for (int64_t from = 1; from <= 9; ++from) {
      for (int64_t to = from + 1; to <= 3 * from + 6; ++to) {
        const ModelOptions options{.depth = from, .attention = attention};
        if (!complaint_of(options, 1, to).empty()) {
          continue;
        }
        ++count;
        const GrownDepth generator = grown_generator_depth(options, to);
        const GrownDepth discriminator = grown_discriminator_depth(options, to);
        expect_same_read_outs(generator, from, to, 4);
        expect_same_read_outs(discriminator, from, to, 3);
        for (int64_t place = 0; place < to; ++place) {
          if (const auto block = generator.blocks[place]) {
            EXPECT_EQ(generator_direction(attention, *block), generator_direction(attention, place));
          }
          if (const auto block = discriminator.blocks[place]) {
            EXPECT_EQ(discriminator_direction(attention, *block, from),
                      discriminator_direction(attention, place, to));
          }
        }
      }
    }
  }
  EXPECT_GT(count, 100);
}

TEST(GrownShape, SpreadsTheNewBlocks) {
  const std::vector<std::optional<int64_t>> expected{0, std::nullopt, 1, std::nullopt,
                                                     2, std::nullopt, 3, std::nullopt};
  EXPECT_EQ(grown_generator_depth({.depth = 4}, 8).blocks, expected);
}

}  // namespace
}  // namespace ganwright
