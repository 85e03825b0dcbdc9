#include "models/grown_shape.h"

#include <algorithm>
#include <limits>
#include <map>
#include <string>

#include "models/direction.h"
#include "models/discriminator.h"
#include "models/generator.h"
#include "models/model_error.h"

namespace ganwright {
namespace {

// Where `from` blocks stand among `to`: block b may stand at the places p with fits(b, p), and passed.at(d)
// of them are among the first d. As close to even distances as that allows, by dynamic programming. Empty
// where it is impossible.
template <class Fits>
std::vector<std::optional<int64_t>> spread_blocks(int64_t from, int64_t to,
                                                  const std::map<int64_t, int64_t>& passed,
                                                  const Fits& fits) {
  constexpr int64_t impossible = std::numeric_limits<int64_t>::max() / 4;
  // cost[place][count]: of the best way to put the first `count` blocks on the first `place` places.
  std::vector<std::vector<int64_t>> cost(to + 1, std::vector<int64_t>(from + 1, impossible));
  cost[0][0] = 0;
  const auto cost_of_old = [&](int64_t place, int64_t count) {
    if (count == 0 || !fits(count - 1, place - 1)) {
      return impossible;
    }
    const int64_t deviation = (place - 1) * from - (count - 1) * to;
    return cost[place - 1][count - 1] + deviation * deviation;
  };
  for (int64_t place = 1; place <= to; ++place) {
    const auto required = passed.find(place);
    for (int64_t count = 0; count <= from; ++count) {
      if (required == passed.end() || required->second == count) {
        cost[place][count] = std::min(cost[place - 1][count], cost_of_old(place, count));
      }
    }
  }
  if (cost[to][from] >= impossible) {
    return {};
  }
  std::vector<std::optional<int64_t>> blocks(to);
  for (int64_t place = to, count = from; count > 0; --place) {
    if (cost_of_old(place, count) == cost[place][count]) {
      blocks[place - 1] = --count;
    }
  }
  return blocks;
}

// None where no network of this depth computes the same.
template <class Fits>
std::optional<GrownDepth> grown_depth(int64_t from, int64_t to, int64_t parts, const Fits& fits) {
  const std::vector<int64_t> old_depths = tap_depths(from, parts);
  const std::vector<int64_t> depths = tap_depths(to, parts);
  GrownDepth result;
  std::map<int64_t, int64_t> passed;
  for (size_t tap = 0; tap < depths.size(); ++tap) {
    // Only a network with fewer blocks than parts gets further read-outs, and it is read after every block:
    // each takes the one at the nearest share of the depth.
    const int64_t nearest = std::max<int64_t>(1, (2 * depths[tap] * from + to) / (2 * to));
    const int64_t count = depths.size() == old_depths.size() ? old_depths[tap] : nearest;
    result.taps.push_back(std::find(old_depths.begin(), old_depths.end(), count) - old_depths.begin());
    passed[depths[tap]] = count;
  }
  result.blocks = spread_blocks(from, to, passed, fits);
  return result.blocks.empty() ? std::nullopt : std::optional(result);
}

std::optional<GrownDepth> generator_depth(const ModelOptions& from, int64_t depth) {
  return grown_depth(from.depth, depth, GeneratorImpl::output_parts, [&](int64_t block, int64_t place) {
    return generator_direction(from.attention, block) == generator_direction(from.attention, place);
  });
}

std::optional<GrownDepth> discriminator_depth(const ModelOptions& from, int64_t depth) {
  std::optional<GrownDepth> result =
      grown_depth(from.depth, depth, DiscriminatorImpl::logit_parts, [&](int64_t block, int64_t place) {
        return discriminator_direction(from.attention, block, from.depth) ==
               discriminator_direction(from.attention, place, depth);
      });
  // The weights of a class are one vector for all read-outs, which gives each of the old ones its due only
  // where all have as many heirs.
  const bool is_even = result && std::all_of(result->taps.begin(), result->taps.end(), [&](int64_t tap) {
                         return result->heirs_of(tap) == result->heirs_of(0);
                       });
  return from.classes > 0 && !is_even ? std::nullopt : result;
}

bool can_be_as_deep(const ModelOptions& from, int64_t depth) {
  return generator_depth(from, depth) && discriminator_depth(from, depth);
}

// The depth nearest to `wanted` that the pair can grow to.
std::optional<int64_t> nearest_depth(const ModelOptions& from, int64_t wanted) {
  for (int64_t distance = 1; distance < ModelLimits::depth; ++distance) {
    for (const int64_t depth : {wanted - distance, wanted + distance}) {
      if (depth > from.depth && depth <= ModelLimits::depth && can_be_as_deep(from, depth)) {
        return depth;
      }
    }
  }
  return std::nullopt;
}

void check_depth(const ModelOptions& from, int64_t depth) {
  const std::string change =
      "depth " + std::to_string(from.depth) + " cannot grow to " + std::to_string(depth) + ": ";
  if (depth < from.depth) {
    throw ModelError(change + "blocks are added and not taken away; give more than " +
                     std::to_string(from.depth));
  }
  if (can_be_as_deep(from, depth)) {
    return;
  }
  const std::optional<int64_t> nearest = nearest_depth(from, depth);
  throw ModelError(change + "what the networks are read out at would change; " +
                   (nearest ? "the nearest depth that computes the same is " + std::to_string(*nearest)
                            : "no depth computes the same, so leave it as it is"));
}

}  // namespace

int64_t GrownDepth::heirs_of(int64_t tap) const {
  return std::count(taps.begin(), taps.end(), tap);
}

ModelOptions grown(const ModelOptions& options, int64_t width_factor, int64_t depth) {
  if (width_factor == 1 && depth == options.depth) {
    throw ModelError("width factor 1 and depth " + std::to_string(depth) +
                     " are what the pair has, so that nothing would grow: give more of one of them");
  }
  ModelOptions result = options;
  result.width *= width_factor;
  result.heads *= width_factor;
  result.depth = depth;
  validate(result);
  check_depth(options, depth);
  return result;
}

GrownDepth grown_generator_depth(const ModelOptions& from, int64_t depth) {
  check_depth(from, depth);
  return *generator_depth(from, depth);
}

GrownDepth grown_discriminator_depth(const ModelOptions& from, int64_t depth) {
  check_depth(from, depth);
  return *discriminator_depth(from, depth);
}

}  // namespace ganwright
