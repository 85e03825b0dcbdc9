#pragma once

#include <stdexcept>
#include <string>

namespace ganwright {

/// The input to change in order to fix a LossError. A front end can map it to the name of its own flag or
/// field.
enum class Remedy {
  none,         ///< nothing more to say than the message does
  name,         ///< another name of a loss
  parameter,    ///< a value for a name in a formula
  shift,        ///< f - f(1) in place of f
  design,       ///< omega, omega^{-1} or rho
  link,         ///< another link, or none
  generator_f,  ///< another g for the generator
  beta,         ///< another beta for the generator
  pairing,      ///< another link, or independent pairing
};

/// A loss that cannot be built: an unknown name, a parameter out of range, a design that is not defined. The
/// message is one line: what is wrong, where, and what to do.
struct LossError : std::invalid_argument {
  explicit LossError(const std::string& message, Remedy mends = Remedy::none)
      : std::invalid_argument(message), remedy(mends) {}  ///< a message and its remedy
  Remedy remedy;                                          ///< what to change
};

/// A written expression that cannot be read; the message points at the character.
struct ExpressionError : LossError {
  using LossError::LossError;  ///< as a LossError
};

}  // namespace ganwright
