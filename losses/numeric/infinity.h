#pragma once

#include <limits>

namespace ganwright {

/// Infinity, as a double.
inline constexpr double kInfinity = std::numeric_limits<double>::infinity();

}  // namespace ganwright
