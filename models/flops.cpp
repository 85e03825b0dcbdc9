#include "models/flops.h"

namespace ganwright {
namespace {

int64_t product(int64_t rows, int64_t inputs, int64_t outputs) {
  return 2 * rows * inputs * outputs;
}

// `queries` tokens are computed, which read from `tokens`.
PassFlops block(int64_t tokens, int64_t queries, int64_t width) {
  const int64_t query_key_value = product(tokens, width, 3 * width);
  const int64_t output = product(queries, width, width);
  const int64_t feed_forward = product(queries, width, 3 * hidden_width(width));
  return {.linear = query_key_value + output + feed_forward,
          .attention = 2 * product(queries, width, tokens)};
}

int64_t patch_numbers(const ModelOptions& options, int64_t channels) {
  return channels * options.patch * options.patch;
}

int64_t convolution(const ModelOptions& options, int64_t inputs, int64_t outputs) {
  return product(options.size * options.size, 9 * inputs, outputs);
}

}  // namespace

PassFlops generator_flops(const ModelOptions& options) {
  const int64_t width = options.width;
  const int64_t tokens = options.latent_tokens + grid_side(options) * grid_side(options);
  const auto outputs = static_cast<int64_t>(output_depths_of(options).size());
  const PassFlops one = block(tokens, tokens, width);
  const int64_t mapping = product(1, options.latent, width) + product(1, width, width);
  const int64_t latent_tokens = product(1, width, options.latent_tokens * width);
  const int64_t modulation = options.depth * product(1, width, 4 * width);
  const int64_t pictures = outputs * product(tokens, width, patch_numbers(options, options.channels));
  const int64_t latent_maps = product(1, width, options.latent_maps * width) +
                              product(grid_side(options) * grid_side(options), options.latent_maps, width);
  const int64_t maps = options.readout_channels;
  const int64_t readout =
      product(grid_side(options) * grid_side(options), width, patch_numbers(options, maps));
  return {.linear = options.depth * one.linear + mapping + latent_tokens + latent_maps + modulation +
                    pictures + readout,
          .attention = options.depth * one.attention,
          .convolution = convolution(options, maps, maps) + convolution(options, maps, options.channels)};
}

PassFlops discriminator_flops(const ModelOptions& options) {
  const int64_t tokens = 1 + grid_side(options) * grid_side(options);
  const PassFlops whole = block(tokens, tokens, options.width);
  // Only [cls] is read after the last block.
  const PassFlops last = block(tokens, 1, options.width);
  const int64_t maps = options.stem_channels;
  const int64_t patches = product(tokens, patch_numbers(options, options.channels + maps), options.width);
  return {.linear = (options.depth - 1) * whole.linear + last.linear + patches,
          .attention = (options.depth - 1) * whole.attention + last.attention,
          .convolution = convolution(options, options.channels, maps) + convolution(options, maps, maps)};
}

}  // namespace ganwright
