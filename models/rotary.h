#pragma once

#include <torch/types.h>

namespace ganwright {

/// Rotary positions on two axes (Heo et al. 2024, "Rotary Position Embedding for Vision Transformer", axial
/// form). The numbers of a head are read as head_size / 2 pairs, and each pair is turned by an angle: the
/// first half of the pairs by column * w_t, the second half by row * w_t, with w_t = 100^(-4t / head_size), t
/// < head_size / 4. The product of a turned query with a turned key then depends on the difference of their
/// positions only.

/// Cosines and sines for `leading` tokens without a place in the picture, followed by side * side patches in
/// row order: [leading + side * side, heads, head_size / 2, 2], float64. Leading tokens are not turned, so to
/// the others they look like patches at the upper left corner, row 0 and column 0, and are told apart by
/// their contents. The heads all turn alike; they are spelled out because short inner loops are slow on a
/// CPU.
torch::Tensor rotary_table(int64_t leading, int64_t side, int64_t heads, int64_t head_size);

/// Turns x [..., tokens, heads, head_size] by a table whose shape broadcasts to [..., tokens, heads,
/// head_size / 2, 2]. float32 or float64.
torch::Tensor rotate(const torch::Tensor& x, const torch::Tensor& table);

}  // namespace ganwright
