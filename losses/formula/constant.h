#pragma once

#include <ginac/ginac.h>

#include <optional>

#include "losses/formula/ball.h"

namespace ganwright {

/// Whether an expression holds no symbol, so that it is one number.
bool is_constant(const GiNaC::ex& expression);

/// Encloses a constant to a relative accuracy of `bits` bits, by balls of rising precision, or exactly where
/// algebra shows that it is 0. False where neither succeeds, or where it is not shown to be a real number:
/// then the ball is the narrowest that was found, and may be infinite.
bool enclose_constant(const GiNaC::ex& constant, long bits, Ball& ball);

/// The sign of a constant, -1, 0 or 1, never by rounded numbers; nothing where it could not be settled, or
/// where the constant is not shown to be a real number.
std::optional<int> sign_of_constant(const GiNaC::ex& constant);

}  // namespace ganwright
