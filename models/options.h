#pragma once

#include <torch/types.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "models/direction.h"
#include "models/positions.h"

namespace ganwright {

/// What the generator's summed picture passes at the end.
enum class OutputActivation { none, tanh };

/// Each by the name that a user gives it.
constexpr std::array<std::pair<std::string_view, OutputActivation>, 2> output_activation_names{
    {{"none", OutputActivation::none}, {"tanh", OutputActivation::tanh}}};

/// The shape of a generator/discriminator pair. Both have the same width, depth and heads, so that one
/// learning rate suits both.
struct ModelOptions {
  int64_t size = 32;          ///< side of the square pictures, in pixels
  int64_t channels = 3;       ///< 1 (grey) or 3 (RGB)
  int64_t patch = 4;          ///< side of a patch, in pixels; one token a patch
  int64_t width = 96;         ///< numbers in a token
  int64_t depth = 3;          ///< Transformer blocks
  int64_t heads = 4;          ///< attention heads
  int64_t latent = 64;        ///< numbers in the generator's latent z
  int64_t latent_tokens = 4;  ///< tokens made from z, beside those of the patches
  int64_t classes = 0;        ///< number of classes; 0: unconditional

  int64_t latent_maps = 0;  ///< maps over the patches that give them vectors of the latent; 0: none

  int64_t readout_channels = 8;  ///< of the convolutions that end the generator (models/readout.h); 0: none
  int64_t stem_channels = 8;     ///< of those that begin the discriminator (models/stem.h); 0: none
  OutputActivation output_activation = OutputActivation::tanh;

  AttentionPattern attention = AttentionPattern::bidirectional;
  PositionScheme positions = PositionScheme::rotary;
  int64_t positions_size = 0;  ///< side of the pictures that normalized positions are scaled for; 0: size

  /// After how many blocks (ascending, the last time after all of them) the generator's picture and the
  /// discriminator's logit are read out; empty: after each quarter of the depth, and after each third.
  std::vector<int64_t> output_depths = {};
  std::vector<int64_t> logit_depths = {};

  bool operator==(const ModelOptions&) const = default;
};

/// The largest value of each option; the smallest is 1, of classes, latent maps and channels of convolutions
/// 0.
struct ModelLimits {
  static constexpr int64_t size = 8192;
  static constexpr int64_t patch = size;
  static constexpr int64_t width = 16384;
  static constexpr int64_t depth = 256;
  static constexpr int64_t heads = width;
  static constexpr int64_t latent = 65536;
  static constexpr int64_t latent_tokens = 1024;
  static constexpr int64_t latent_maps = 1024;
  static constexpr int64_t classes = 1'000'000;
  static constexpr int64_t convolution_channels = 64;
};

/// Throws ModelError, with one line that names the option, unless a pair of this shape can be built.
void validate(const ModelOptions& options);

/// Throws ModelError unless `labels` are int64 [count] for a pair with classes, and undefined for one
/// without. Their values are not looked at, which on a device would wait for it.
void check_labels(const ModelOptions& options, const torch::Tensor& labels, int64_t count);

/// Patches along one side of a picture.
int64_t grid_side(const ModelOptions& options);

/// Those of a whole picture.
PatchGrid patch_grid(const ModelOptions& options);

/// Throws ModelError, with one line that says what to give instead, unless a pair of this shape can draw
/// pictures of `grid` patches: their tokens must fit in memory.
void require_drawable(const ModelOptions& options, const PatchGrid& grid);

/// Hidden width of the SwiGLU layer: 8/3 of the width, up to the next multiple of 8. Its three matrices then
/// hold as many numbers as the two of a plain layer of four times the width (Shazeer 2020, "GLU Variants
/// Improve Transformer").
int64_t hidden_width(int64_t width);

/// options.output_depths and options.logit_depths, or, where these are empty, the parts of the depth that
/// stand for them: rounded, each once.
std::vector<int64_t> output_depths_of(const ModelOptions& options);
std::vector<int64_t> logit_depths_of(const ModelOptions& options);

}  // namespace ganwright
