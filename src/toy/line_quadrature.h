#pragma once

#include <cstddef>
#include <functional>
#include <optional>
#include <vector>

#include "losses/numeric/signed_log.h"

namespace ganwright {

/// A piece of the line, from where to where it reaches; its places are told by their distance from a point
/// that is near, so that they keep their digits far from 0.
struct Panel {
  size_t anchor;  ///< which of the caller's points distances are measured from
  double from;    ///< its lower end
  double to;      ///< its upper end
};

/// A function on the line, of an anchor and the distance from it.
using LineFunction = std::function<SignedLog(size_t anchor, double distance)>;

/// The integral of a function over all panels, by Gauss-Kronrod rules of 15 points on panels that are halved
/// where the error is largest, until it is below 1e-9 of the integral. In signed logarithms,
/// so that neither values nor sums overflow. Nothing where 4000 panels leave an error over 1e-6 of the
/// integral, or where the function has no value.
std::optional<SignedLog> integral_over(const LineFunction& function, const std::vector<Panel>& panels);

}  // namespace ganwright
