#include "models/direction.h"

#include <gtest/gtest.h>

namespace ganwright {
namespace {

TEST(Direction, OfABidirectionalNetworkIsBothEverywhere) {
  for (const int64_t block : {0, 1, 2}) {
    EXPECT_EQ(generator_direction(AttentionPattern::bidirectional, block), Direction::both);
    EXPECT_EQ(discriminator_direction(AttentionPattern::bidirectional, block, 3), Direction::both);
  }
}

TEST(Direction, OfACausalPairIsForwardInTheGeneratorAndBackwardInTheDiscriminator) {
  for (const int64_t block : {0, 1, 2}) {
    EXPECT_EQ(generator_direction(AttentionPattern::causal, block), Direction::forward);
    EXPECT_EQ(discriminator_direction(AttentionPattern::causal, block, 3), Direction::backward);
  }
}

TEST(Direction, OfAlternatingHeadsIsThatInEveryBlock) {
  for (const int64_t block : {0, 1}) {
    EXPECT_EQ(generator_direction(AttentionPattern::alternating_heads, block), Direction::alternating_heads);
    EXPECT_EQ(discriminator_direction(AttentionPattern::alternating_heads, block, 2),
              Direction::alternating_heads);
  }
}

TEST(Direction, OfAlternatingLayersStartsForwardInTheGeneratorAndEndsBackwardInTheDiscriminator) {
  EXPECT_EQ(generator_direction(AttentionPattern::alternating_layers, 0), Direction::forward);
  for (const int64_t depth : {1, 2, 3, 4}) {
    EXPECT_EQ(discriminator_direction(AttentionPattern::alternating_layers, depth - 1, depth),
              Direction::backward);
    for (int64_t block = 1; block < depth; ++block) {
      EXPECT_NE(generator_direction(AttentionPattern::alternating_layers, block),
                generator_direction(AttentionPattern::alternating_layers, block - 1));
      EXPECT_NE(discriminator_direction(AttentionPattern::alternating_layers, block, depth),
                discriminator_direction(AttentionPattern::alternating_layers, block - 1, depth));
    }
  }
}

}  // namespace
}  // namespace ganwright
