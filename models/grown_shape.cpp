#include "models/grown_shape.h"

#include <algorithm>

#include "models/direction.h"
#include "models/model_error.h"

namespace ganwright {
namespace {

// `added` is a multiple of `together`, which is how many new blocks stand side by side at least.
BlockSources spread_blocks(int64_t count, int64_t added, int64_t together) {
  BlockSources blocks;
  for (int64_t block = 0; block < count; ++block) {
    blocks.emplace_back(block);
    const int64_t groups = added / together;
    const int64_t before = block * groups / count;
    const int64_t after = (block + 1) * groups / count;
    blocks.insert(blocks.end(), (after - before) * together, std::nullopt);
  }
  return blocks;
}

bool alternates(const ModelOptions& options) {
  return options.attention == AttentionPattern::alternating_layers;
}

// The last read-out comes after all blocks.
std::vector<int64_t> moved(const std::vector<int64_t>& depths, const BlockSources& blocks) {
  std::vector<int64_t> result;
  for (const int64_t depth : depths) {
    result.push_back(std::find(blocks.begin(), blocks.end(), depth) - blocks.begin());
  }
  return result;
}

}  // namespace

BlockSources grown_generator_blocks(const ModelOptions& from, int64_t added) {
  if (!alternates(from)) {
    return spread_blocks(from.depth, added, 1);
  }
  BlockSources blocks = spread_blocks(from.depth, added / 2 * 2, 2);
  blocks.insert(blocks.end(), added % 2, std::nullopt);
  return blocks;
}

BlockSources grown_discriminator_blocks(const ModelOptions& from, int64_t added) {
  if (!alternates(from)) {
    return spread_blocks(from.depth, added, 1);
  }
  BlockSources blocks = spread_blocks(from.depth, added / 2 * 2, 2);
  blocks.insert(blocks.begin(), added % 2, std::nullopt);
  return blocks;
}

ModelOptions grown(const ModelOptions& options, int64_t width_factor, int64_t added) {
  if (width_factor == 1 && added == 0) {
    throw ModelError("nothing to grow: give a width factor above 1 or at least one more block");
  }
  ModelOptions result = options;
  result.width *= width_factor;
  result.heads *= width_factor;
  result.depth += added;
  result.output_depths = {};
  result.logit_depths = {};
  validate(result);
  result.output_depths = moved(output_depths_of(options), grown_generator_blocks(options, added));
  result.logit_depths = moved(logit_depths_of(options), grown_discriminator_blocks(options, added));
  return result;
}

}  // namespace ganwright
