#pragma once

#include <torch/types.h>

#include "models/direction.h"

namespace ganwright {

/// What the first `queries` tokens read from those that `direction` lets them read from: attention with
/// RMS-normalized and scaled queries and keys at rotary positions, [B, queries, width], in the dtype of
/// `projected`.
///
/// `projected` [B, tokens, 3 * width]: queries, keys and values of each head, side by side.
/// `query_key_scale` [2, 1, head size / 2, 1]: of queries and of keys, one a turned pair.
/// `table` [tokens, heads, head size / 2, 2]: a rotary_table, by which all heads turn alike.
/// `direction` alternating_heads asks for an even number of heads.
torch::Tensor rotary_attention(const torch::Tensor& projected, const torch::Tensor& query_key_scale,
                               const torch::Tensor& table, int64_t queries,
                               Direction direction = Direction::both);

}  // namespace ganwright
