#pragma once

#include <cstddef>
#include <vector>

#include "imaging/animation.h"

namespace ganwright {

/// Encodes an animation as a GIF file in memory, as write_gif describes. Throws WriteError if the library
/// fails.
std::vector<std::byte> encode_gif(const Animation& animation);

}  // namespace ganwright
