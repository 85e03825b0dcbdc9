#pragma once

#include <c10/util/BFloat16.h>

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

#include "models/direction.h"

namespace ganwright {

/// `rows` of `width` numbers, all with the same `scale` or `gate` [width].
struct Rows {
  int64_t rows;
  int64_t width;
};

/// Heads that read from projected [images, tokens, 3, heads, head_size]. Vectors of `padded_head` numbers are
/// those of a head, followed by zeros up to a multiple of `row_multiple`.
struct AttentionShape {
  int64_t tokens;
  int64_t queries;
  int64_t heads;
  int64_t head_size;
  const float* turns;             ///< [tokens, 2, padded_head]: cosines, then sines with the signs of a turn
  const float* query_key_scales;  ///< [2, padded_head]
  Direction direction = Direction::both;
};

/// Numbers of the longest vector that a kernel loads.
constexpr int64_t row_multiple = 8;

/// `size` up to a multiple of row_multiple.
constexpr int64_t padded(int64_t size) {
  return (size + row_multiple - 1) / row_multiple * row_multiple;
}

/// A convolution of 3 x 3 on an image [height, width, inputs] to [height, width, outputs], with zeros around
/// the image. Its weights are [9, inputs, outputs] where row_multiple divides the outputs, and [9, outputs,
/// inputs] elsewhere, the nine from left to right and from top to bottom.
struct ConvolutionShape {
  int64_t height;
  int64_t width;
  int64_t inputs;
  int64_t outputs;
};

/// The loops of the fused operations on memory of a Value, float or c10::BFloat16, with arithmetic in
/// float32. Rows follow one another without gaps; an array named gradient_of_... may be null where it is not
/// wanted, as said; nothing overlaps.
template <class Value>
struct Kernels {
  /// y = scale * x / rms(x); no scale: null.
  void (*norm)(const Rows&, const float* x, const float* scale, Value* y);
  /// `gradient` of y, and of x from elsewhere (`other`, or null), to that of x; adds to that of scale, or
  /// null.
  void (*norm_backward)(const Rows&, const float* x, const float* scale, const Value* gradient,
                        const float* other, float* gradient_of_x, float* gradient_of_scale);
  /// sum = x + gate * y
  void (*residual)(const Rows&, const float* x, const Value* y, const float* gate, float* sum);
  /// `gradient` of sum to that of y; adds to that of gate, or null.
  void (*residual_backward)(const Rows&, const float* gradient, const Value* y, const float* gate,
                            Value* gradient_of_y, float* gradient_of_gate);
  /// silu(a) * b for rows (a, b), each of `width`.
  void (*swiglu)(const Rows&, const Value* ab, Value* y);
  /// `gradient` of y to that of (a, b).
  void (*swiglu_backward)(const Rows&, const Value* ab, const Value* gradient, Value* gradient_of_ab);
  /// Heads begin..end, counted through images, to read [images, queries, heads, head_size].
  void (*attention)(const AttentionShape&, const Value* projected, Value* read, int64_t begin, int64_t end);
  /// `gradient` of read to that of projected; adds to that of the scales, [images * heads, 2, padded_head].
  void (*attention_backward)(const AttentionShape&, const Value* projected, const Value* gradient,
                             Value* gradient_of_projected, float* gradient_of_scales, int64_t begin,
                             int64_t end);
  /// One image x, or silu(x) where it is to `activate`, with a border of zeros: [height + 2, width + 2,
  /// inputs].
  void (*pad)(const ConvolutionShape&, const float* x, bool activate, float* padded);
  /// A padded image to y; no bias: null.
  void (*convolve)(const ConvolutionShape&, const float* padded, const float* weights, const float* bias,
                   float* y);
  /// `gradient` of y; adds to those of weights and bias.
  void (*convolve_backward)(const ConvolutionShape&, const float* padded, const float* gradient,
                            float* gradient_of_weights, float* gradient_of_bias);
  /// `gradient` of silu(x) to that of x, in its place.
  void (*silu_backward)(int64_t count, const float* x, float* gradient);
};

/// What the kernels are compiled for.
enum class InstructionSet { portable, avx2 };

/// Each instruction set by its name.
constexpr std::array<std::pair<std::string_view, InstructionSet>, 2> instruction_set_names{
    {{"portable", InstructionSet::portable}, {"avx2", InstructionSet::avx2}}};

/// Whether the build has kernels of the set and the processor runs them.
bool runs(InstructionSet set);

/// The kernels of a set that runs here; Value is float or c10::BFloat16.
template <class Value>
const Kernels<Value>& kernels(InstructionSet set);

/// The kernels of the best set that runs here.
template <class Value>
const Kernels<Value>& kernels();

}  // namespace ganwright
