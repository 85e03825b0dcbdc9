#pragma once

#include <cstddef>
#include <vector>

#include "imaging/animation.h"

namespace ganwright {

/// An animation as the bytes of a GIF file; write_gif says what it does. Throws WriteError where the library
/// fails.
std::vector<std::byte> encode_gif(const Animation& animation);

}  // namespace ganwright
