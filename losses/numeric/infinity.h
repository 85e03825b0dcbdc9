#pragma once

#include <limits>

namespace ganwright {

inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace ganwright
