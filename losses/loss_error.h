#pragma once

#include <stdexcept>
#include <string>

namespace ganwright {

/// A loss that cannot be built: an unknown name, a parameter out of range, a design that is not defined.
struct LossError : std::invalid_argument {
  using std::invalid_argument::invalid_argument;
};

/// A written expression that cannot be read; the message points at the character.
struct ExpressionError : LossError {
  using LossError::LossError;
};

}  // namespace ganwright
