#include "models/direction.h"

namespace ganwright {
namespace {

Direction of_layer(AttentionPattern pattern, Direction always, bool alternates) {
  switch (pattern) {
    case AttentionPattern::causal:
      return always;
    case AttentionPattern::alternating_heads:
      return Direction::alternating_heads;
    case AttentionPattern::alternating_layers:
      if (!alternates) {
        return always;
      }
      return always == Direction::forward ? Direction::backward : Direction::forward;
    case AttentionPattern::bidirectional:
      break;
  }
  return Direction::both;
}

}  // namespace

Direction generator_direction(AttentionPattern pattern, int64_t block) {
  return of_layer(pattern, Direction::forward, block % 2 != 0);
}

Direction discriminator_direction(AttentionPattern pattern, int64_t block, int64_t depth) {
  return of_layer(pattern, Direction::backward, (depth - 1 - block) % 2 != 0);
}

}  // namespace ganwright
