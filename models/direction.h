#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <utility>

namespace ganwright {

/// Which tokens j the tokens i of one layer read from: all; those up to themselves, j <= i; those from
/// themselves on, j >= i; or by head, even heads forward and odd ones backward.
enum class Direction { both, forward, backward, alternating_heads };

/// How the attention of a network reads the sequence of its tokens: those that stand before the picture, then
/// its patches row by row. A one-way attention matrix is triangular with a positive diagonal and therefore
/// has full rank; a bidirectional one need not (Su 2023).
///
/// `alternating_heads` and `alternating_layers` keep that and let every token be seen: half of the heads, or
/// every other block, read forward and the others backward. `causal` reads one way in all of them.
enum class AttentionPattern { bidirectional, causal, alternating_heads, alternating_layers };

/// Each pattern by the name that a user gives it.
constexpr std::array<std::pair<std::string_view, AttentionPattern>, 4> attention_pattern_names{
    {{"bidirectional", AttentionPattern::bidirectional},
     {"causal", AttentionPattern::causal},
     {"alternating-heads", AttentionPattern::alternating_heads},
     {"alternating-layers", AttentionPattern::alternating_layers}}};

/// Of a generator's block, counted from 0: forward under `causal` and, under `alternating_layers`, in even
/// blocks, so that patches read the tokens of the latent, which stand first, from the first block on.
Direction generator_direction(AttentionPattern pattern, int64_t block);

/// Of a discriminator's block, counted from 0, of `depth`. It is read out at [cls], which stands first and
/// would see nothing but itself if it read forward: under `causal` every block reads backward, and under
/// `alternating_layers` the last one does, the one before it forward, and so on.
Direction discriminator_direction(AttentionPattern pattern, int64_t block, int64_t depth);

}  // namespace ganwright
