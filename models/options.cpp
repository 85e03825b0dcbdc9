#include "models/options.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <string>

#include "models/model_error.h"

namespace ganwright {
namespace {

constexpr int64_t largest_token_count = 65536;

void require_range(const std::string& name, int64_t value, int64_t largest, int64_t least = 1) {
  if (value < least || value > largest) {
    throw ModelError(name + " is " + std::to_string(value) + ": give a number from " + std::to_string(least) +
                     " to " + std::to_string(largest));
  }
}

void require_divides(const std::string& divisor_name, int64_t divisor, const std::string& name,
                     int64_t value) {
  if (value % divisor != 0) {
    throw ModelError(divisor_name + " " + std::to_string(divisor) + " does not divide " + name + " " +
                     std::to_string(value) + ": choose " + divisor_name + " and " + name +
                     " so that it does");
  }
}

void require_depths(const std::string& name, const std::vector<int64_t>& depths, int64_t depth) {
  const bool is_ascending =
      std::adjacent_find(depths.begin(), depths.end(), std::greater_equal<>()) == depths.end();
  if (!depths.empty() && (!is_ascending || depths.front() < 1 || depths.back() != depth)) {
    throw ModelError(name + " are numbers of blocks: give ascending ones from 1 on, the last one being the " +
                     "depth, " + std::to_string(depth));
  }
}

std::vector<int64_t> parts_of_depth(int64_t depth, int64_t parts) {
  std::vector<int64_t> depths;
  for (int64_t part = 1; part <= parts; ++part) {
    const double exact = static_cast<double>(depth * part) / static_cast<double>(parts);
    depths.push_back(std::max<int64_t>(1, std::llround(exact)));
  }
  depths.erase(std::unique(depths.begin(), depths.end()), depths.end());
  return depths;
}

}  // namespace

void validate(const ModelOptions& options) {
  require_range("size", options.size, ModelLimits::size);
  require_range("patch", options.patch, options.size);
  require_range("width", options.width, ModelLimits::width);
  require_range("depth", options.depth, ModelLimits::depth);
  require_range("heads", options.heads, options.width);
  require_range("latent", options.latent, ModelLimits::latent);
  require_range("latent_tokens", options.latent_tokens, ModelLimits::latent_tokens);
  require_range("latent-maps", options.latent_maps, ModelLimits::latent_maps, 0);
  require_range("classes", options.classes, ModelLimits::classes, 0);
  for (const auto& [name, channels] : {std::pair("readout-channels", options.readout_channels),
                                       std::pair("stem-channels", options.stem_channels)}) {
    if (channels < 0 || channels > ModelLimits::convolution_channels || channels % 8 != 0) {
      throw ModelError(std::string(name) + " is " + std::to_string(channels) +
                       ": give a multiple of 8 up to " + std::to_string(ModelLimits::convolution_channels) +
                       ", or 0 for none");
    }
  }
  if (options.channels != 1 && options.channels != 3) {
    throw ModelError("channels is " + std::to_string(options.channels) + ": give 1 (grey) or 3 (RGB)");
  }
  require_divides("patch", options.patch, "size", options.size);
  require_divides("heads", options.heads, "width", options.width);
  const int64_t head_size = options.width / options.heads;
  if (head_size % 4 != 0) {
    throw ModelError("width / heads is " + std::to_string(head_size) +
                     ": rotary positions of two axes turn pairs, so choose a width / heads that 4 divides");
  }
  if (options.attention == AttentionPattern::alternating_heads && options.heads % 2 != 0) {
    throw ModelError("heads is " + std::to_string(options.heads) +
                     ": half of them read forward in alternating-heads attention and half backward, so "
                     "choose an even number");
  }
  if (options.positions_size < 0 || options.positions_size > ModelLimits::size) {
    throw ModelError("positions-size is " + std::to_string(options.positions_size) +
                     ": give a number from 0 to " + std::to_string(ModelLimits::size));
  }
  if (options.positions_size > 0 && options.positions != PositionScheme::normalized) {
    throw ModelError("positions-size needs normalized positions: choose these, or leave it out");
  }
  require_depths("output-depths", options.output_depths, options.depth);
  require_depths("logit-depths", options.logit_depths, options.depth);
  const int64_t patches = grid_side(options) * grid_side(options);
  if (patches > largest_token_count) {
    throw ModelError("size " + std::to_string(options.size) + " in patches of " +
                     std::to_string(options.patch) + " makes " + std::to_string(patches) +
                     " tokens: choose a larger patch, for at most " + std::to_string(largest_token_count));
  }
}

void require_drawable(const ModelOptions& options, const PatchGrid& grid) {
  const int64_t most = ModelLimits::size / options.patch;
  if (grid.rows < 1 || grid.columns < 1 || grid.rows > most || grid.columns > most ||
      grid.count() > largest_token_count) {
    throw ModelError(std::to_string(grid.rows) + " x " + std::to_string(grid.columns) +
                     " patches cannot be drawn: give sides of 1 to " + std::to_string(most) +
                     " patches, at most " + std::to_string(largest_token_count) + " in all");
  }
}

void check_labels(const ModelOptions& options, const torch::Tensor& labels, int64_t count) {
  if (options.classes == 0) {
    if (labels.defined()) {
      throw ModelError("labels are given to a pair without classes: leave them out");
    }
    return;
  }
  if (!labels.defined() || labels.scalar_type() != torch::kInt64 || labels.dim() != 1 ||
      labels.size(0) != count) {
    throw ModelError("a pair with " + std::to_string(options.classes) +
                     " classes needs labels: give int64 [" + std::to_string(count) + "]");
  }
}

int64_t grid_side(const ModelOptions& options) {
  return options.size / options.patch;
}

PatchGrid patch_grid(const ModelOptions& options) {
  return {grid_side(options), grid_side(options)};
}

int64_t hidden_width(int64_t width) {
  return (8 * width + 23) / 24 * 8;
}

std::vector<int64_t> output_depths_of(const ModelOptions& options) {
  return options.output_depths.empty() ? parts_of_depth(options.depth, 4) : options.output_depths;
}

std::vector<int64_t> logit_depths_of(const ModelOptions& options) {
  return options.logit_depths.empty() ? parts_of_depth(options.depth, 3) : options.logit_depths;
}

}  // namespace ganwright
