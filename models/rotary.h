#pragma once

#include <torch/types.h>

namespace ganwright {

/// Rotary positions on two axes (Heo et al. 2024, "Rotary Position Embedding for Vision Transformer", axial
/// form). The numbers of a head are read as head_size / 2 pairs, and each pair is turned by an angle: the
/// first half of the pairs by column * w_t, the second half by row * w_t, t < head_size / 4. The product of a
/// turned query with a turned key then depends on the difference of their positions only.

/// w_t = base^(-4t / head_size): [head_size / 4], float64.
torch::Tensor rotary_frequencies(int64_t head_size, double base = 100);

/// Cosines and sines for tokens at `positions` [tokens, 2], each (column, row), as models/positions.h makes
/// them, with `frequencies` [2, head_size / 4] of columns and of rows: [tokens, heads, head_size / 2, 2],
/// float64. The heads all turn alike; they are spelled out because short inner loops are slow on a CPU.
torch::Tensor rotary_table(const torch::Tensor& positions, const torch::Tensor& frequencies, int64_t heads);

/// The same with rotary_frequencies(head_size) on both axes.
torch::Tensor rotary_table(const torch::Tensor& positions, int64_t heads, int64_t head_size);

/// Turns x [..., tokens, heads, head_size] by a table whose shape broadcasts to [..., tokens, heads,
/// head_size / 2, 2]. float32 or float64.
torch::Tensor rotate(const torch::Tensor& x, const torch::Tensor& table);

}  // namespace ganwright
