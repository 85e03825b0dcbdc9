#pragma once

#include <optional>

#include "losses/divergence/divergence.h"
#include "losses/numeric/real_function.h"

namespace ganwright {

/// How a function of r = e^u grows towards r = 0 or r = inf: like sign r^power |log r|^log_power.
struct Growth {
  double sign;       ///< of the function; 0 where it is zero
  double power;      ///< of r; infinite, of either sign, beyond every power
  double log_power;  ///< of |log r|
};

/// The growth of a function of u = log r towards u = direction * inf, from its logarithms at four places
/// between half of `far` and `far`, which have to agree on one law to a millionth; nothing where they do not.
std::optional<Growth> growth_of(const RealFunction& function, double direction, double far);

/// The growth of an f at both ends of (0, inf).
struct EndGrowth {
  std::optional<Growth> at_zero;      ///< towards r = 0; nothing if it follows no law
  std::optional<Growth> at_infinity;  ///< towards r = inf, likewise
};

/// The growth of r^2 f''(r), in which nothing cancels. f has the same power and log power where the power is
/// neither 0 nor 1; where it lies from 0 to 1, f grows at most like a power of log r towards 0 and like r
/// times such a power towards infinity. Throws LossError for a baseline without an f.
EndGrowth growth_of(const Divergence& divergence);

/// The largest |log t| at which f has a kink; 0 without one.
double last_kink_of(const Divergence& divergence);

}  // namespace ganwright
