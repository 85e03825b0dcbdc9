#pragma once

#include "losses/numeric/real_function.h"

namespace ganwright {

/// The same function, whose value stays as it is from where it has reached a limit other than 0: at h = 1e15,
/// h + log 2 - h has no digit of log 2 left. The limit is looked for at |h| = 1e3 and, for those that are
/// approached like r^-1e-6, at 1e8.
RealFunction settled(const RealFunction& function);

/// The same of a function and its slope.
ScalarFunction settled(const ScalarFunction& function);

}  // namespace ganwright
